namespace MutualAid.Server.Tests.Storm;

/// <summary>What goes on again and again beside the clients of a storm.</summary>
internal static class Repeating
{
    /// <summary>Does it until it is over, never broken off in the middle.</summary>
    internal static async Task Until(Func<Task> work, int pauseMilliseconds, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await work();
            await Task.Delay(pauseMilliseconds, CancellationToken.None);
        }
    }
}
