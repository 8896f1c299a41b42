using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>
/// Tells whoever posted a need what a team did with it, inside the transaction that did it. As with matches, whoever holds the
/// phone may read it: neither the need nor its place stands in it.
/// </summary>
internal sealed class OwnerMessages(Outbox outbox, Settings settings)
{
    /// <param name="what"><c>close</c>, <c>reopen</c>, <c>pin</c>.</param>
    /// <param name="actor">Nobody is told what they did themselves.</param>
    internal async Task Tell(
        NpgsqlConnection connection,
        string what,
        Guid[] needs,
        Guid actor,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var owners = await connection.Rows<Owner>(
            """
            select distinct a.id, a.locale, p.phone
            from request r join account a on a.id = r.account_id join account_private p on p.account_id = a.id
            where r.id = any (@needs) and a.id <> @actor and a.suspended_at is null
            """,
            new { needs, actor },
            stop
        );
        string mine = $"{settings.PublicUrl.TrimEnd('/')}/mine";
        foreach (var owner in owners)
            await outbox.Add(
                connection,
                $"need.{what}",
                owner.Phone,
                Texts.Of(owner.Locale, $"message.need.{what}", mine),
                owner.Id,
                now,
                stop
            );
    }

    private sealed class Owner
    {
        public Guid Id { get; init; }
        public string Locale { get; init; } = "vi";
        public string Phone { get; init; } = "";
    }
}
