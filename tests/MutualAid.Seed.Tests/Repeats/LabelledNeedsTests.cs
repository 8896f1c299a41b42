using MutualAid.Seed.Repeats;

namespace MutualAid.Seed.Tests.Repeats;

public sealed class LabelledNeedsTests
{
    private static readonly IReadOnlyList<LabelledNeed> Needs = LabelledNeeds.Make();

    // Stated before the rules were written: whoever changes the set changes what they were judged by, and says so here.
    private const string Made = "21867a96474cd7037e0d4deeec61b6331b6b5adc9d141da081113e10d860abd5";

    [Fact]
    public void The_labelled_set_is_the_one_that_was_made_before_the_rules() =>
        Assert.Equal(Made, LabelledNeeds.Digest(Needs));

    [Fact]
    public void One_need_in_ten_is_a_repeat_and_half_of_the_households_are_held_out()
    {
        Assert.Equal(LabelledNeeds.Count, Needs.Count);
        int repeats = LabelledNeeds.Pairs(Needs).Select(pair => pair.Later.Number).Distinct().Count();
        Assert.InRange(repeats, 1_950, 2_300);
        Assert.InRange(Needs.Count(need => need.HeldOut), 9_700, 10_300);
        Assert.Equal(
            [
                "longAgo",
                "nextDoor",
                "oneRoof",
                "ordinary",
                "otherCategory",
                "otherFlat",
                "repeat",
                "sameName",
                "sharedPhone",
            ],
            Needs.Select(need => need.Kind).Distinct().Order()
        );
    }
}
