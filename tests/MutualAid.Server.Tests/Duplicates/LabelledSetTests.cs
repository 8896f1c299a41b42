using MutualAid.Benchmarks;
using MutualAid.Seed.Repeats;
using MutualAid.Server.Teams.Duplicates;

namespace MutualAid.Server.Tests.Duplicates;

/// <summary>Every third ward of the labelled set, with all of its neighbours. <c>./bench duplicates</c> judges the whole.</summary>
public sealed class LabelledSetTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Of_the_half_held_out_four_repeats_in_five_are_found_and_nine_suggestions_in_ten_are_right()
    {
        var needs = LabelledNeeds.Make().Where(need => need.Lat < 21.0255).ToList();
        await LabelledWorld.Write(service.ConnectionString, service.Settings, needs);
        var sweep = service.App.Services.GetRequiredService<FindDuplicates>();
        Assert.Equal(needs.Count, await sweep.Sweep(needs[0].At, CancellationToken.None));

        var held = await LabelledWorld.Judge(service.ConnectionString, needs, heldOut: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"{held} {held.Precision:0.000} {held.Recall:0.000}");
        Assert.InRange(held.Precision, 0.9, 1);
        Assert.InRange(held.Recall, 0.8, 1);

        // Done again it changes nothing.
        long before = await service.Look<long>("select count(*) from duplicate_suggestion");
        await service.Look<object>(
            "insert into duplicate_due select request_id, root_area_id, now() from request_private limit 500"
        );
        await sweep.Sweep(needs[0].At, CancellationToken.None);
        Assert.Equal(before, await service.Look<long>("select count(*) from duplicate_suggestion"));
    }
}
