using MutualAid.Server.Accounts;
using MutualAid.Server.Database;

namespace MutualAid.Server.Reports;

/// <summary>What a page reports on, as its reader may see it: what everybody sees, or what the reader has a part in.</summary>
/// <param name="Own">Whether it is the reader's own: nobody blocks themselves.</param>
public sealed record ReportedThing(string Kind, Guid Id, string Category, int? Units, string? Area, bool Own)
{
    private static readonly string[] Kinds = ["request", "match", "offer"];

    /// <summary>Which one of <c>request=ID</c>, <c>match=ID</c> or <c>offer=ID</c> is asked for; null when it is not just one.</summary>
    public static (string Kind, Guid Id)? Asked(Func<string, string?> field)
    {
        var given = Kinds.Where(kind => field(kind) is not null).ToList();
        return given is [var kind] && Guid.TryParse(field(kind), out var id) ? (kind, id) : null;
    }

    /// <summary>Null when this reader does not see it: like what was never there.</summary>
    public static async Task<ReportedThing?> Read(
        ServiceDatabase database,
        (string Kind, Guid Id) asked,
        Caller? caller,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var row = await connection.Row<Row>(
            asked.Kind switch
            {
                "request" => """
                select c.code as category, r.quantity as units, a.name as area, coalesce(r.account_id = @me, false) as own
                from request r join category c on c.id = r.category_id join area a on a.id = r.public_area_id
                where r.id = @Id and r.hidden_at is null
                  and (exists (select from public_request p where p.id = r.id) or r.account_id = @me
                    or exists (select from match m where m.request_id = r.id and m.giver_account_id = @me))
                """,
                "match" => """
                select c.code as category, m.units, null as area, m.giver_account_id = r.account_id as own
                from match m join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
                join category c on c.id = r.category_id
                where m.id = @Id and @me in (m.giver_account_id, r.account_id)
                """,
                _ => """
                select c.code as category, null::int as units, a.name as area, coalesce(o.account_id = @me, false) as own
                from offer o join category c on c.id = o.category_id join area a on a.id = o.public_area_id
                where o.id = @Id and not o.one_time and (exists (select from public_offer p where p.id = o.id) or o.account_id = @me)
                """,
            },
            new { asked.Id, me = caller?.AccountId },
            stop
        );
        return row is null
            ? null
            : new ReportedThing(asked.Kind, asked.Id, row.Category, row.Units, row.Area, row.Own);
    }

    private sealed class Row
    {
        public string Category { get; init; } = "";
        public int? Units { get; init; }
        public string? Area { get; init; }
        public bool Own { get; init; }
    }
}
