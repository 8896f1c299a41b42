using MutualAid.Server.Accounts;
using MutualAid.Server.Database;

namespace MutualAid.Server.Teams.View;

/// <summary>How an area stands, for its team: numbers, gaps, and the areas below.</summary>
public static class AreaViewApi
{
    public static void MapAreaView(this WebApplication app)
    {
        app.MapGet("/api/team/{id:guid}/view", View);
        app.MapGet("/api/team/{id:guid}/gaps", Gaps);
    }

    private static async Task<IResult> View(
        ServiceDatabase database,
        TimeProvider time,
        Caller caller,
        Guid id,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, id, now, stop);
        var read = await AreaNumbers.Of(connection, reach, now, stop);
        var help = read.TimeToHelp;
        return Results.Ok(
            new
            {
                area = new
                {
                    id = reach.AreaId,
                    reach.Code,
                    reach.Name,
                    reach.Path,
                },
                read.AsOf,
                read.Position,
                live = read
                    .Live.GroupBy(number =>
                        (number.Category, Status: number.Kind, number.Urgency, number.Day)
                    )
                    .Select(group => new
                    {
                        group.Key.Category,
                        group.Key.Status,
                        group.Key.Urgency,
                        posted = group.Key.Day,
                        requests = group.Sum(number => number.Requests),
                        unmet = group.Sum(number => number.Units),
                    }),
                days = Enumerable
                    .Range(0, AreaNumbers.Days + 1)
                    .Select(back => read.Today.AddDays(-back))
                    .Select(day => new
                    {
                        day,
                        posted = read.Requests("posted", day),
                        delivered = read.Requests("helped", day),
                        fulfilled = read.Requests("fulfilled", day),
                        expired = read.Requests("expired", day),
                        withdrawn = read.Requests("withdrawn", day),
                        closed = read.Requests("closed", day),
                    }),
                timeToHelp = new
                {
                    help.Deliveries,
                    medianMinutes = help.Median?.TotalMinutes,
                    p90Minutes = help.P90?.TotalMinutes,
                },
                supply = read
                    .Numbers.Where(number => number.Kind == "supply")
                    .Select(number => new
                    {
                        number.Category,
                        offers = number.Requests,
                        number.Units,
                    }),
                gaps = read.Gaps,
                below = read.Below,
            }
        );
    }

    private static async Task<IResult> Gaps(
        ServiceDatabase database,
        TimeProvider time,
        Caller caller,
        Guid id,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, id, time.GetUtcNow(), stop);
        var count = await connection.Row<GapCount>(GapCount.Select, new { id }, stop);
        return Results.Ok(new { count?.FoundAt, items = await GapRow.Of(connection, reach.AreaId, stop) });
    }
}
