using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Teams.View;

/// <summary>
/// Looks where nobody reaches, cell by cell, and keeps what it finds with its time. The look reads and the keeping writes, in
/// a transaction of its own: a writer of seconds would hold up whoever follows the change log.
/// </summary>
public sealed class FindGaps(ServiceDatabase database) : ISweep
{
    public string Name => "find-gaps";

    // Twice a minute, so that what is told is never older than a minute.
    public string Cron => "5,35 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(3);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        IReadOnlyList<Gap> gaps;
        await using (var connection = await database.Open(stop))
        {
            await using var reading = await connection.BeginTransactionAsync(stop);
            await connection.Execute("set local statement_timeout = '1min'", null, stop);
            gaps = await connection.Rows<Gap>("select * from gaps_at(@now)", new { now }, stop);
        }
        await database.Transaction(
            connection =>
                connection.Execute(
                    "select keep_gaps(@now, @areas, @categories, @rows, @columns, @places, @requests, @units, @urgent, @oldest)",
                    new
                    {
                        now,
                        areas = gaps.Select(gap => gap.AreaId).ToArray(),
                        categories = gaps.Select(gap => gap.CategoryId).ToArray(),
                        rows = gaps.Select(gap => gap.CellRow).ToArray(),
                        columns = gaps.Select(gap => gap.CellColumn).ToArray(),
                        places = gaps.Select(gap => gap.Place).ToArray(),
                        requests = gaps.Select(gap => gap.Requests).ToArray(),
                        units = gaps.Select(gap => gap.Units).ToArray(),
                        urgent = gaps.Select(gap => gap.Urgent).ToArray(),
                        oldest = gaps.Select(gap => gap.OldestAt).ToArray(),
                    },
                    stop
                ),
            stop
        );
        return gaps.Count;
    }

    private sealed class Gap
    {
        public Guid AreaId { get; init; }
        public short CategoryId { get; init; }
        public int CellRow { get; init; }
        public int CellColumn { get; init; }
        public string Place { get; init; } = "";
        public int Requests { get; init; }
        public int Units { get; init; }
        public int Urgent { get; init; }
        public DateTimeOffset OldestAt { get; init; }
    }
}
