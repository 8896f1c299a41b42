using System.Text.RegularExpressions;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Threads;

/// <summary>What the two sides of a match write to each other, as a page.</summary>
internal sealed partial class ThreadPages(
    MatchThreads threads,
    Categories categories,
    Idempotency idempotency,
    ServiceDatabase database,
    TimeProvider time
)
{
    // Those before them are a link away.
    private const int Most = 100;

    // Where the form was typed: it comes back with the sign-in, which knows no path with an id.
    private const string MatchField = "match";

    public static readonly DraftPage Draft = new(
        "",
        (context, form, stop) =>
            context.RequestServices.GetRequiredService<ThreadPages>().Back(context, form, stop)
    )
    {
        Several = path => PathOfThread().IsMatch(path),
    };

    public static void Map(RouteGroupBuilder pages)
    {
        var thread = pages.MapGroup("/matches/{id:guid}/messages");
        thread.MapGet(
            "",
            (Guid id, Caller caller, HttpContext context, ThreadPages pages, CancellationToken stop) =>
                pages.Show(context, caller, id, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        thread.MapPost(
            "",
            (Guid id, Caller? caller, HttpContext context, ThreadPages pages, CancellationToken stop) =>
                pages.Posted(context, caller, id, stop)
        );
        thread.MapPost(
            "/read",
            (Guid id, Caller caller, HttpContext context, ThreadPages pages, CancellationToken stop) =>
                pages.Read(context, caller, id, stop)
        );
    }

    private async Task<IResult> Posted(HttpContext context, Caller? caller, Guid id, CancellationToken stop)
    {
        if (caller is null)
            return await SignedOut(context, id, stop);
        // What is not theirs is not there, whatever they sent.
        await using (var connection = await database.Open(stop))
            await ThreadStore.Get(connection, id, caller, time.GetUtcNow(), stop);
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, caller, id, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Refused(context, caller, id, form, new Refusal(403, "antiforgery"), stop);
        try
        {
            var body = new MessageBody(form["text"]);
            await form.Once(context, () => threads.Write(id, caller, body, idempotency, context, stop), stop);
            await MarkRead(caller, id, form, stop);
            return SeeOther.To($"{Path(id)}#last");
        }
        // A page from before the last message, gone back to: its key is used up, what is typed is new.
        catch (Refusal refusal) when (refusal.Code == "keyReused")
        {
            return await Refused(
                context,
                caller,
                id,
                form.With((PostedForm.KeyField, null)),
                new Refusal(422, "sendAgain"),
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 429)
        {
            return await Refused(context, caller, id, form, refusal, stop);
        }
    }

    // The session is over. Its token is no good any more either, so the form is not sent for them: once signed in they see
    // it as they typed it, and press the button themselves.
    private static async Task<IResult> SignedOut(HttpContext context, Guid id, CancellationToken stop)
    {
        if (!context.Request.HasFormContentType)
            throw new Refusal(401, "signIn");
        var (form, _) = await PostedForm.Keep(context, stop);
        LocaleChoice.Choose(context, form["locale"]);
        return SignInPages.Ask(context, Path(id), form.With(("locale", null), (MatchField, $"{id}")));
    }

    private Task<IResult> Back(HttpContext context, PostedForm form, CancellationToken stop) =>
        Guid.TryParse(form[MatchField], out var id)
            ? Show(context, Caller.Of(context)!, id, form, FormErrors.None, 200, stop, unsent: true)
            : throw Refusal.NotFound();

    private async Task<IResult> Read(HttpContext context, Caller caller, Guid id, CancellationToken stop)
    {
        await using (var connection = await database.Open(stop))
            await ThreadStore.Get(connection, id, caller, time.GetUtcNow(), stop);
        await MarkRead(caller, id, await PostedForm.Read(context, stop), stop);
        return SeeOther.To($"{Path(id)}#last");
    }

    // What stood on the page when the button was pressed, and nothing that came after.
    private async Task MarkRead(Caller caller, Guid id, PostedForm form, CancellationToken stop)
    {
        if (Guid.TryParse(form["upTo"], out var upTo))
            await threads.MarkRead(id, caller, upTo, stop);
    }

    private Task<IResult> Refused(
        HttpContext context,
        Caller caller,
        Guid id,
        PostedForm form,
        Refusal refusal,
        CancellationToken stop
    ) => Show(context, caller, id, form, FormErrors.From(context.Locale(), refusal), refusal.Status, stop);

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop,
        bool unsent = false
    )
    {
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var known) ? known : null;
        var (thread, rows) = await threads.Read(
            id,
            caller,
            connection => ThreadStore.Latest(connection, id, caller.AccountId, before, Most, stop),
            stop
        );
        await using var connection = await database.Open(stop);
        var match = await MatchStore.Get(connection, id, caller, time.GetUtcNow(), stop);
        bool more = rows.Count > Most;
        return Pages.Show<ThreadPage>(
            context,
            new
            {
                Match = match.Answer(context.Locale()),
                Thread = thread,
                Messages = rows.Skip(more ? 1 : 0).Select(row => row.Answer(thread.Side is null)).ToList(),
                More = more,
                Form = form,
                Errors = errors,
                Unsent = unsent,
                Categories = await categories.All(stop),
            },
            status
        );
    }

    private static string Path(Guid id) => $"/matches/{id}/messages";

    [GeneratedRegex("^/matches/[0-9a-fA-F-]{36}/messages$")]
    private static partial Regex PathOfThread();
}
