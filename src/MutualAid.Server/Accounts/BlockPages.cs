using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/blocks</c>: whom one keeps away, by how one met them, and the button that lifts it.</summary>
internal sealed class BlockPages(ServiceDatabase database, Categories categories)
{
    private const string Path = "/me/blocks";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller caller, HttpContext context, BlockPages blocks, CancellationToken stop) =>
                blocks.Show(caller, context, stop)
        );
        pages.MapPost(
            Path,
            (Caller? caller, HttpContext context, BlockPages blocks, CancellationToken stop) =>
                blocks.Unblock(caller, context, stop)
        );
    }

    private async Task<IResult> Unblock(Caller? caller, HttpContext context, CancellationToken stop)
    {
        if (caller is null)
            return AccountPages.SignInFirst(Path);
        var form = await PostedForm.Read(context, stop);
        var whom = new BlockBody(Id(form["accountId"]), Id(form["matchId"]), Id(form["requestId"]));
        try
        {
            await Blocks.Unblock(whom, caller, database, stop);
        }
        catch (Refusal refusal) when (refusal.Status == 400)
        {
            // Whoever it was is not there to be kept away any more, or never was: the list says who is.
        }
        return SeeOther.To("/me/blocks?lifted");
    }

    private async Task<IResult> Show(Caller caller, HttpContext context, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var rows = await connection.Rows<BlockRow>(
            """
            select case when b.match_id is null then b.blocked_account_id end as account_id,
                   case when b.request_id is null then b.match_id end as match_id, b.request_id, b.created_at,
                   m.giver_account_id = @AccountId as gave, c.code as category, coalesce(m.units, r.quantity) as units, a.name as area
            from block b
            left join match m on m.id = b.match_id and b.request_id is null
            left join request r on r.id = coalesce(b.request_id, m.request_id)
            left join category c on c.id = r.category_id
            left join area a on a.id = r.public_area_id
            where b.account_id = @AccountId order by b.created_at desc, b.match_id
            """,
            new { caller.AccountId },
            stop
        );
        return Pages.Show<BlocksPage>(context, new { Rows = rows, Categories = await categories.All(stop) });
    }

    private static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;
}

/// <summary>One block, by the name that it was made with.</summary>
public sealed class BlockRow
{
    public Guid? AccountId { get; init; }
    public Guid? MatchId { get; init; }
    public Guid? RequestId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>In that match, whether it was the reader who gave.</summary>
    public bool? Gave { get; init; }
    public string? Category { get; init; }
    public int? Units { get; init; }

    /// <summary>The need's ward, as everybody saw it.</summary>
    public string? Area { get; init; }

    public (string Field, Guid Id) Name =>
        RequestId is { } request ? ("requestId", request)
        : MatchId is { } match ? ("matchId", match)
        : ("accountId", AccountId!.Value);
}
