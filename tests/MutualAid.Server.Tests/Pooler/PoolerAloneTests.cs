using MutualAid.Server.Database;
using MutualAid.Server.Tests.Storm;
using Npgsql;

namespace MutualAid.Server.Tests.Pooler;

/// <summary>
/// A pooler, and nobody said where PostgreSQL itself is. Seen to fail: without <c>Pooler.RefuseOn</c> the server comes up on
/// it; without <c>Pooler.RefuseOthers</c> what reads for the public acts as the owner, who sees every door.
/// </summary>
public sealed class PoolerAloneTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_server_on_a_pooler_alone_does_not_start_and_says_which_setting_is_missing()
    {
        await using var pooler = await PgBouncer.Start(service.ConnectionString);
        using var server = new ServerProcess(
            service.Settings with
            {
                Database = pooler.To(service.ConnectionString, "postgres"),
            }
        );
        await server.Ended(TimeSpan.FromSeconds(30));
        Assert.Contains("MUTUALAID_DATABASE_DIRECT", server.Said, StringComparison.Ordinal);
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"
            )
        );
    }

    [Fact]
    public async Task a_pooler_that_takes_no_options_or_drops_them_in_silence_is_refused_before_anything_is_read()
    {
        await using var strict = await PgBouncer.Start(service.ConnectionString);
        await using var silent = await PgBouncer.Start(
            service.ConnectionString,
            "ignore_startup_parameters = options"
        );
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Ask(strict));
        Assert.Equal(PostgresErrorCodes.ProtocolViolation, refused.SqlState);
        await Assert.ThrowsAsync<SettingsException>(() => Ask(silent));
    }

    private async Task Ask(PgBouncer pooler)
    {
        await using var database = new PublicDatabase(
            service.Settings with
            {
                Database = pooler.To(service.ConnectionString, "postgres"),
            }
        );
        await using var connection = await database.Open(TestContext.Current.CancellationToken);
    }
}
