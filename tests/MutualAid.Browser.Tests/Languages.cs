namespace MutualAid.Browser.Tests;

/// <summary>Which languages pages are looked at in: one a day in turn, both with <c>./test --all</c>.</summary>
public static class Languages
{
    private static readonly bool Both = Environment.GetEnvironmentVariable("MUTUALAID_TEST_LONG") == "1";

    public static string Now { get; } = TimeProvider.System.GetUtcNow().DayOfYear % 2 == 0 ? "vi" : "en";

    public static TheoryData<string> These => Both ? ["vi", "en"] : [Now];
}
