using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Teams.Queues;

/// <summary>What waits for a team: <c>/api/team/{areaId}/queues</c>, and the pages beside it.</summary>
public static class QueuesApi
{
    private static readonly string[] Parameters = [.. QueueFilter.Names, "limit", "cursor"];

    public static void AddQueues(this IServiceCollection services)
    {
        services.AddSingleton<SavedFilters>();
        services.AddSingleton<RoundSheet>();
        services.AddSingleton<QueuePages>();
        services.AddSingleton<RoundPages>();
    }

    public static void MapQueues(this WebApplication app)
    {
        var team = app.MapGroup("/api/team/{areaId:guid}");
        team.MapGet("/queues", Counts);
        team.MapGet("/queues/{queue}", Items).WithMetadata(new QueryNames(Parameters));
        SavedFilters.Map(team);
        var pages = app.MapPages();
        QueuePages.Map(pages);
        RoundPages.Map(pages);
    }

    private static async Task<IResult> Counts(
        Guid areaId,
        Caller caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, areaId, now, stop);
        return Results.Ok(new { items = await QueueStore.Counts(connection, reach, now, stop), asOf = now });
    }

    private static async Task<IResult> Items(
        Guid areaId,
        string queue,
        Caller caller,
        ServiceDatabase database,
        Categories categories,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var known = Queue.Of(queue) ?? throw Refusal.NotFound();
        var all = await categories.All(stop);
        await using var connection = await database.Open(stop);
        var asked = await QueueAsked.Read(
            connection,
            caller,
            areaId,
            name => context.Request.Query[name],
            all,
            time.GetUtcNow(),
            stop
        );
        context.AllowParameters(Parameters);
        string? cursor = context.Request.Query["cursor"];
        string? limit = context.Request.Query["limit"];
        var page = await QueueStore.Page(
            connection,
            known,
            asked,
            QueueKey.Read(cursor),
            Paging.Limit(limit),
            stop
        );
        return Results.Ok(
            new
            {
                items = page.Rows.Select(row =>
                    known == Queue.Reports
                        ? new
                        {
                            id = row.ReportId,
                            kind = row.ReportKind,
                            reason = row.ReportReason,
                            createdAt = row.ReportedAt,
                            request = row.Answer(),
                        }
                        : row.Answer()
                ),
                next = page.Next is null ? null : Cursor.Next(context, page.Next),
                asOf = asked.Now,
            }
        );
    }
}
