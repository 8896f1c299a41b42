using System.Globalization;
using Dapper;

namespace MutualAid.Server.Tests.Storm;

/// <summary>The door alone, then without its guard, then without its guard and the constraints: each line of defence is seen to hold, and the eyes to see.</summary>
public sealed class DoorStormTests(Cluster cluster)
{
    /// <summary>The guard of the promise, and nothing but it.</summary>
    private const string WithoutGuard = """
        create or replace function units_to_take(wanted int, available int) returns int language sql immutable as 'select wanted'
        """;

    /// <summary>Every CHECK and every unique index but the keys themselves, of what carries units.</summary>
    private const string WithoutConstraints = """
        do $$ declare c record; begin
          for c in select conrelid::regclass as t, conname from pg_constraint
                   where contype = 'c' and conrelid in ('request'::regclass, 'offer'::regclass, 'offer_day'::regclass, 'match'::regclass)
          loop execute format('alter table %s drop constraint %I', c.t, c.conname); end loop;
          for c in select indexrelid::regclass as t from pg_index
                   where indisunique and not indisprimary and indrelid in ('request'::regclass, 'offer'::regclass, 'offer_day'::regclass, 'match'::regclass)
          loop execute format('drop index %s', c.t); end loop;
        end $$
        """;

    private static readonly string[] OfProposals =
    [
        "request: no proposal is for more than is unmet",
        "match: a whole proposal is for all that is unmet",
    ];

    [Fact]
    public async Task the_door_keeps_the_arithmetic_under_random_acts_from_many_connections()
    {
        var (storm, violations) = await Storm(acts: 6000);
        Assert.Empty(violations);
        Assert.Empty(storm.Refused);
    }

    [Fact]
    public async Task without_its_guard_the_constraints_refuse_and_nothing_is_broken()
    {
        var (storm, violations) = await Storm(acts: 2000, WithoutGuard);
        Assert.Contains(
            storm.Refused.Keys,
            state =>
                state.StartsWith("23514", StringComparison.Ordinal)
                || state.StartsWith("23505", StringComparison.Ordinal)
        );
        // How much a giver is asked for is the guard's alone: a proposal promises nothing, so no constraint speaks of it.
        Assert.DoesNotContain(violations, violation => !OfProposals.Any(violation.StartsWith));
    }

    [Fact]
    public async Task without_guard_and_constraints_the_violations_are_reported()
    {
        var (_, violations) = await Storm(acts: 2000, WithoutGuard, WithoutConstraints);
        Assert.NotEmpty(violations);
    }

    private async Task<(DoorStorm Storm, IReadOnlyList<string> Violations)> Storm(
        int acts,
        params string[] broken
    )
    {
        int seed = StormSeed.Read();
        await using var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        var world = new StormWorld(service);
        await world.Make(new Random(seed), count: 12);
        await using var connection = await service.Open();
        foreach (string sql in broken)
            await connection.ExecuteAsync(sql);

        var storm = new DoorStorm(service, world, seed);
        await storm.Run(connections: 16, acts);

        string told = string.Join(
            "\n",
            storm
                .Outcomes.Concat(storm.Refused)
                .OrderBy(row => row.Key, StringComparer.Ordinal)
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Value, 6} {row.Key}"))
        );
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        return (
            storm,
            [.. await Invariants.Violations(connection), .. await MatchHistory.Violations(connection)]
        );
    }
}
