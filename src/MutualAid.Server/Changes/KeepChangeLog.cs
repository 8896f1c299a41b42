using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Changes;

/// <summary>Opens the change log's coming days and drops those that nobody's cursor may stand on any more.</summary>
public sealed class KeepChangeLog(ServiceDatabase database) : ISweep
{
    private const int DaysAhead = 3;

    public string Name => "change-log";
    public string Cron => "30 7 * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromHours(3);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        for (int ahead = 0; ahead <= DaysAhead; ahead++)
            await Alone("select change_open_day(@day)", today.AddDays(ahead), stop);
        return await Alone(
            "select change_drop_before(@day - (select keep_days from retention_rule where kind = 'changeLog'))",
            today,
            stop
        );
    }

    // A day comes and goes under a lock of the whole log. Who waits for it makes every writer wait behind them: so not for
    // long, and the next run tries again.
    private Task<int> Alone(string sql, DateOnly day, CancellationToken stop) =>
        database.Transaction(
            async connection =>
            {
                await connection.Execute("set local lock_timeout = '500ms'", null, stop);
                return await connection.Value<int?>(sql, new { day }, stop) ?? 0;
            },
            stop
        );
}
