using MutualAid.Server.Seeding;

namespace MutualAid.Server.Tests.Seeding;

public sealed class SeedCommandTests
{
    [Theory]
    [InlineData("--requests", "many")]
    [InlineData("--requests", "-1")]
    [InlineData("--offers", "99999999")]
    [InlineData("--offers", "2.5")]
    [InlineData("--live", "101")]
    public void what_is_no_such_number_is_refused_with_a_word_that_names_the_option_or_the_number(
        string option,
        string said
    )
    {
        string error = Assert.Single(SeedCommand.Make().Parse([option, said]).Errors).Message;
        Assert.True(
            error.Contains(option, StringComparison.Ordinal)
                || error.Contains(said, StringComparison.Ordinal),
            error
        );
    }

    [Fact]
    public void numbers_within_the_bounds_are_taken() =>
        Assert.Empty(
            SeedCommand.Make().Parse(["--requests", "100", "--offers", "0", "--live", "100"]).Errors
        );
}
