namespace MutualAid.Server.Tests;

/// <summary>Waits for what comes by itself, and says what did not come.</summary>
internal static class Patience
{
    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        for (int tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 1200, $"not yet: {what}");
            await Task.Delay(50);
        }
    }
}
