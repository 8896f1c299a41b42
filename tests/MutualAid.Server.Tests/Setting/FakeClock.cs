using Npgsql;

namespace MutualAid.Server.Tests;

/// <summary>A clock that stands still until it is moved, for the service and for its database's <c>clock()</c> alike.</summary>
public sealed class FakeClock(string connectionString) : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero); // a Monday, 9 h in Hà Nội

    /// <summary>In the test databases <c>clock()</c> reads this table.</summary>
    public const string Table = """
        create table test_clock (at timestamptz not null);
        insert into test_clock values ('2026-11-23T02:00:00Z');
        create or replace function clock() returns timestamptz language sql stable security definer as 'select at from public.test_clock';
        """;

    private DateTimeOffset now = Start;

    public override DateTimeOffset GetUtcNow() => now;

    public Task Advance(TimeSpan by) => Set(now + by);

    public async Task Set(DateTimeOffset at)
    {
        now = at;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("update test_clock set at = $1", connection)
        {
            Parameters = { new() { Value = at.UtcDateTime } },
        };
        await command.ExecuteNonQueryAsync();
    }
}
