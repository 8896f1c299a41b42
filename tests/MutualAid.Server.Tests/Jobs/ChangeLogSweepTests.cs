using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Tests.Jobs;

public sealed class ChangeLogSweepTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task days_are_opened_ahead_and_those_that_nobody_may_ask_for_are_dropped()
    {
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(30));
        await service.Sweep("change-log");
        await service.Sweep("change-log");
        // The first day has rows already: they stay in the default.
        Assert.Equal("change_20261124 change_20261125 change_20261126 change_default", await Parts());

        await service.Clock.Advance(TimeSpan.FromDays(1));
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(30));
        Assert.Equal(1, await service.Look<int>("select count(*)::int from change_20261124"));

        await service.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Equal(1, await service.SweepAtOnce("change-log"));
        Assert.Equal(0, await service.Look<int>("select count(*)::int from change"));
        Assert.DoesNotContain("change_20261124", await Parts(), StringComparison.Ordinal);
        Assert.Contains("change_20261125", await Parts(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_has_been_logged_is_rewritten_in_no_part_of_the_log()
    {
        await service.Sweep("change-log");
        await using var connection = await service
            .App.Services.GetRequiredService<ServiceDatabase>()
            .Open(CancellationToken.None);
        foreach (string part in (await Parts()).Split(' ').Append("change"))
        foreach (
            string sql in new[]
            {
                $"delete from {part}",
                $"update {part} set status = 'x'",
                $"truncate {part}",
            }
        )
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() =>
                connection.Execute(sql, null, CancellationToken.None)
            );
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    private async Task<string> Parts() =>
        await service.Look<string>(
            "select string_agg(inhrelid::regclass::text, ' ' order by inhrelid::regclass::text) from pg_inherits where inhparent = 'change'::regclass"
        ) ?? "";
}
