using MutualAid.Benchmarks;
using MutualAid.Seed.Repeats;
using MutualAid.Server.Teams.Duplicates;

namespace MutualAid.Server.Tests.Duplicates;

/// <summary>All 20,000 needs: the time is the database's. <c>./bench duplicates</c> tells more.</summary>
public sealed class LabelledSetTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Of_the_half_held_out_four_repeats_in_five_are_found_and_nine_suggestions_in_ten_are_right()
    {
        var needs = LabelledNeeds.Make();
        await LabelledWorld.Write(service.ConnectionString, service.Settings, needs);
        var sweep = service.App.Services.GetRequiredService<FindDuplicates>();
        Assert.Equal(needs.Count, await sweep.Sweep(needs[0].At, CancellationToken.None));

        var held = await LabelledWorld.Judge(service.ConnectionString, needs, heldOut: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"{held} {held.Precision:0.000} {held.Recall:0.000}");
        Assert.InRange(held.Precision, 0.9, 1);
        Assert.InRange(held.Recall, 0.8, 1);

        //TEMP
        await using (var c = await service.Open())
        {
            await using var e = new Npgsql.NpgsqlCommand("explain (analyze, buffers) " + FindDuplicates.Compare.Replace("@ids", "(select array_agg(x) from (select request_id x from duplicate_trait where at > '2021-08-15' limit 250) y)", StringComparison.Ordinal).Replace("@now", "now()", StringComparison.Ordinal), c);
            await using var r = await e.ExecuteReaderAsync();
            using var w = new StreamWriter("/tmp/dup/explain.txt");
            while (await r.ReadAsync()) await w.WriteLineAsync(r.GetString(0));
        }
        // Done again it changes nothing.
        long before = await service.Look<long>("select count(*) from duplicate_suggestion");
        await service.Look<object>(
            "insert into duplicate_due select request_id, root_area_id, now() from request_private limit 500"
        );
        await sweep.Sweep(needs[0].At, CancellationToken.None);
        Assert.Equal(before, await service.Look<long>("select count(*) from duplicate_suggestion"));
    }
}
