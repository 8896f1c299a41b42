using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Interop.Exports;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Queues;

/// <summary><c>/team</c>: my areas and what waits in them; <c>/team/{areaId}/queues/{queue}</c>: one queue, and acts on what is chosen in it.</summary>
internal sealed class QueuePages(
    ServiceDatabase database,
    Categories categories,
    ManyNeeds acts,
    SavedFilters filters,
    TimeProvider time
)
{
    /// <summary>Rows of a page, for a phone.</summary>
    internal const int PageSize = 20;

    /// <summary>The most that one asks for, who has sat down to go through all of them.</summary>
    internal const int LongestPage = 200;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team",
            (Caller caller, HttpContext context, QueuePages queues, CancellationToken stop) =>
                queues.Mine(context, caller, stop)
        );
        const string Queue = "/team/{areaId:guid}/queues/{queue}";
        pages.MapGet(
            Queue,
            (
                Guid areaId,
                string queue,
                Caller caller,
                HttpContext context,
                QueuePages queues,
                CancellationToken stop
            ) =>
                queues.Show(
                    context,
                    caller,
                    areaId,
                    queue,
                    name => context.Request.Query[name],
                    QueueShown.Fresh,
                    stop
                )
        );
        pages.MapPost(
            $"{Queue}/acts",
            (
                Guid areaId,
                string queue,
                Caller? caller,
                HttpContext context,
                QueuePages queues,
                CancellationToken stop
            ) => queues.Act(context, caller, areaId, queue, stop)
        );
        pages.MapPost(
            $"{Queue}/filters",
            (
                Guid areaId,
                string queue,
                Caller? caller,
                HttpContext context,
                QueuePages queues,
                CancellationToken stop
            ) => queues.Keep(context, caller, areaId, queue, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/filters/{filterId:guid}/forget",
            (
                Guid areaId,
                Guid filterId,
                Caller? caller,
                HttpContext context,
                QueuePages queues,
                CancellationToken stop
            ) => queues.Forget(context, caller, areaId, filterId, stop)
        );
    }

    private async Task<IResult> Mine(HttpContext context, Caller caller, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var areas = await Part.OfTeam(connection, caller, now, stop);
        if (areas.Count == 0)
            throw Refusal.NotFound();
        var teams = new List<MyTeam>();
        foreach (var area in areas)
        {
            var reach = await Reach.Of(connection, caller, area.Id, now, stop);
            teams.Add(
                new(
                    reach,
                    await QueueStore.Counts(connection, reach, now, stop),
                    await SavedFilters.Of(connection, caller, area.Id, null, stop)
                )
            );
        }
        return Pages.Show<MyTeamsPage>(context, new { Teams = teams });
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid area,
        string name,
        Func<string, string?> given,
        QueueShown shown,
        CancellationToken stop
    )
    {
        var queue = Queue.Of(name) ?? throw Refusal.NotFound();
        var all = await categories.All(stop);
        await using var connection = await database.Open(stop);
        var asked = await QueueAsked.Read(connection, caller, area, given, all, time.GetUtcNow(), stop);
        string? cursor = given("cursor");
        int limit = Limit(given("limit"));
        var part = await QueueStore.Page(
            connection,
            queue,
            asked,
            QueueKey.Read(string.IsNullOrWhiteSpace(cursor) ? null : cursor),
            limit,
            stop
        );
        var below = await connection.Rows<Part>(
            """
            select a.id, a.name, a.path from area a
            where a.valid_to is null and (a.parent_id = @area or (a.id = @chosen and a.id <> @area))
            order by a.name collate "vi-x-icu", a.id limit 500
            """,
            new { area, chosen = asked.Filter.Area },
            stop
        );
        return Pages.Show<QueuePage>(
            context,
            new
            {
                Queue = queue.Name,
                Asked = asked,
                Part = part,
                Cursor = cursor,
                Limit = limit,
                Below = below,
                Categories = all,
                Saved = await SavedFilters.Of(connection, caller, area, null, stop),
                Shown = shown,
                Refused = await QueueStore.Of(connection, asked.Reach, shown.NotDone, asked.Now, stop),
            },
            shown.Status
        );
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller? caller,
        Guid area,
        string queue,
        CancellationToken stop
    )
    {
        if (caller is null)
            return AccountPages.SignInFirst($"/team/{area}/queues/{queue}");
        var form = await PostedForm.Read(context, stop);
        var ids = Chosen(context);
        string act = form["act"] ?? "";
        var shown = QueueShown.Fresh with { Form = form, Chosen = ids };
        try
        {
            await using (var connection = await database.Open(stop))
                await Reach.Of(connection, caller, area, time.GetUtcNow(), stop);
            var body = new BulkBody(act, ids, form["how"], form["reason"], null, null, form["note"]);
            BatchAnswer? done = null;
            await form.Once(context, async () => done = await acts.Do(body, caller, context, stop), stop);
            shown = QueueShown.Fresh with { Act = act, Done = done };
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 422 or 429)
        {
            shown = shown with
            {
                Errors = FormErrors.From(context.Locale(), refusal),
                Status = refusal.Status,
            };
        }
        return await Show(context, caller, area, queue, Stood(form), shown, stop);
    }

    private async Task<IResult> Keep(
        HttpContext context,
        Caller? caller,
        Guid area,
        string queue,
        CancellationToken stop
    )
    {
        if (caller is null)
            return AccountPages.SignInFirst($"/team/{area}/queues/{queue}");
        var form = await PostedForm.Read(context, stop);
        string query = form["query"] ?? "";
        try
        {
            await form.Once(
                context,
                () =>
                    filters.Save(
                        context,
                        caller,
                        area,
                        new SavedFilterBody(queue, form["name"] ?? "", query),
                        stop
                    ),
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 422)
        {
            var shown = QueueShown.Fresh with
            {
                Form = form,
                Errors = FormErrors.From(context.Locale(), refusal),
                Status = refusal.Status,
            };
            return await Show(context, caller, area, queue, Stood(form), shown, stop);
        }
        return SeeOther.To($"/team/{area}/queues/{queue}{(query.Length > 0 ? "?" : "")}{query}");
    }

    private async Task<IResult> Forget(
        HttpContext context,
        Caller? caller,
        Guid area,
        Guid filter,
        CancellationToken stop
    )
    {
        if (caller is null)
            return AccountPages.SignInFirst("/team");
        await PostedForm.Read(context, stop);
        // Forgotten twice is forgotten.
        await filters.Forget(caller, area, filter, stop);
        return SeeOther.To("/team");
    }

    /// <summary>What was ticked, in the page's order.</summary>
    internal static IReadOnlyList<Guid> Chosen(HttpContext context) =>
        [
            .. context
                .Request.Form["ids"]
                .Select(text => Guid.TryParse(text, out var id) ? id : (Guid?)null)
                .OfType<Guid>()
                .Distinct()
                .Take(ManyNeeds.Most + 1),
        ];

    private static int Limit(string? given) =>
        string.IsNullOrWhiteSpace(given) ? PageSize
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
        && limit is >= 1 and <= LongestPage
            ? limit
        : throw Refusal.Field("limit", "between", 1, LongestPage);

    // The page's own address stands in its forms, so that it comes back as it was.
    internal static Func<string, string?> Stood(PostedForm form)
    {
        var query = QueryHelpers.ParseQuery(form["query"]);
        return name => query.GetValueOrDefault(name);
    }
}

/// <summary>One of the reader's areas, what waits in it, and what they come back to.</summary>
public sealed record MyTeam(Reach Reach, IReadOnlyList<QueueCount> Counts, IReadOnlyList<SavedFilter> Saved);

/// <summary>What a form of a queue's page left behind: what was wrong, or what was done.</summary>
public sealed record QueueShown(
    PostedForm Form,
    FormErrors Errors,
    IReadOnlyList<Guid> Chosen,
    string Act,
    BatchAnswer? Done,
    int Status
)
{
    public static readonly QueueShown Fresh = new(PostedForm.Empty, FormErrors.None, [], "", null, 200);

    public Guid[] NotDone => [.. Done?.Items.Where(answer => !answer.Done).Select(answer => answer.Id) ?? []];
}
