using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Requests;

/// <summary>One need: what everybody sees; its owner's matches, code and buttons; a neighbour's "I bring it".</summary>
internal sealed class RequestPages(
    RequestReading reading,
    Categories categories,
    ServiceDatabase database,
    Idempotency idempotency,
    MatchMessages messages,
    TimeProvider time
)
{
    private static readonly string[] Acts = ["renew", "withdraw", "claim"];

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/requests/{id:guid}",
            (Guid id, HttpContext context, RequestPages requests, CancellationToken stop) =>
                requests.Show(context, id, null, stop)
        );
        pages.MapPost(
            "/requests/{id:guid}/{act}",
            (
                Guid id,
                string act,
                Caller caller,
                HttpContext context,
                RequestPages requests,
                CancellationToken stop
            ) => requests.Act(context, caller, id, act, stop)
        );
    }

    /// <summary>The need as this reader may see it; 404 when they may not.</summary>
    public async Task<IResult> Show(HttpContext context, Guid id, Trouble? trouble, CancellationToken stop)
    {
        var caller = Caller.Of(context);
        var seen = await reading.For(caller, id, _ => false, stop) ?? throw Refusal.NotFound();
        IReadOnlyList<MatchAnswer> matches = [];
        if (caller is not null)
        {
            await using var connection = await database.Open(stop);
            var rows = await MatchStore.OfRequest(connection, id, caller.AccountId, time.GetUtcNow(), stop);
            matches = [.. rows.Select(row => row.Answer(context.Locale()))];
        }
        return Pages.Show<RequestPage>(
            context,
            new
            {
                Request = seen.Answer,
                IsOwner = seen.EditVersion is not null,
                Matches = matches,
                Categories = await categories.All(stop),
                Now = time.GetUtcNow(),
                Trouble = trouble,
            },
            trouble?.Status ?? 200
        );
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller caller,
        Guid id,
        string act,
        CancellationToken stop
    )
    {
        if (!Acts.Contains(act))
            throw Refusal.NotFound();
        var form = await PostedForm.Read(context, stop);
        var trouble = await Trouble.Of(
            context,
            id,
            act,
            form,
            () =>
                act switch
                {
                    "renew" => RequestEnds.Renew(id, caller, idempotency, reading, time, context, stop),
                    "withdraw" => RequestEnds.Withdraw(
                        id,
                        new WithdrawBody(form["reason"]),
                        caller,
                        idempotency,
                        reading,
                        messages,
                        time,
                        context,
                        stop
                    ),
                    _ => Claims.Post(
                        id,
                        new ClaimBody(Units(form["units"]), null),
                        caller,
                        idempotency,
                        messages,
                        database,
                        time,
                        context,
                        stop
                    ),
                },
            stop
        );
        return trouble is not null ? await Show(context, id, trouble, stop)
            : act == "claim" ? SeeOther.To("/mine?claimed#giving")
            : SeeOther.To($"/requests/{id}");
    }

    /// <summary>Typed units; what is no number is 0, which the rules refuse.</summary>
    internal static int? Units(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int units) ? units
        : 0;
}
