using System.Net;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Faults;

/// <summary>
/// Every way in which something is written, with a fault at each of its exchanges with the database in turn: whoever sends the
/// same again until it is answered leaves what they would have left without the fault, and is told the same. Seen to fail where <c>Idempotency</c> does not look whether its key is there: sent again, a post made a
/// second household.
/// </summary>
public sealed class FaultTests(FaultService service) : IClassFixture<FaultService>
{
    public static TheoryData<string> Names => [.. WritePath.All.Select(path => path.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_fault_at_any_statement_leaves_what_no_fault_leaves(string name)
    {
        var path = WritePath.All.Single(path => path.Name == name);
        var (exchanges, faults) = await new AtEveryStatement(service, () => Prepared(path)).Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {faults} faults at {exchanges} exchanges");
        Assert.True(exchanges > 2, "hardly anything was asked of the database");
    }

    private async Task<Act> Prepared(WritePath path)
    {
        var scene = await Scene.InState(service, path.State);
        if (path.Before is { } before)
        {
            var first = WritePath.All.Single(other => other.Name == before);
            Assert.NotNull(await Send(first, scene, Guid.NewGuid().ToString(), null, null));
        }
        string? tag = null;
        if (path.Reads is { } reads)
            using (var read = await scene.As(path.By).Http.GetAsync(reads(scene)))
                tag = read.Headers.ETag!.ToString();
        string key = Guid.NewGuid().ToString();
        return new Act(
            patience => Send(path, scene, key, tag, patience),
            path.Method == HttpMethod.Post,
            // Who edits what they have read does it once, and who is gone is told so.
            path.Method == HttpMethod.Patch
                ? HttpStatusCode.PreconditionFailed
                : HttpStatusCode.Gone
        );
    }

    private static async Task<Told?> Send(
        WritePath path,
        Scene scene,
        string key,
        string? tag,
        TimeSpan? patience
    )
    {
        using var enough = new CancellationTokenSource();
        if (patience is { } time)
            enough.CancelAfter(time);
        using var message = path.Message(scene, key, tag);
        try
        {
            using var answer = await scene.As(path.By).Http.SendAsync(message, enough.Token);
            string body = await answer.Content.ReadAsStringAsync(enough.Token);
            return
                answer.StatusCode == HttpStatusCode.ServiceUnavailable
                || body.Contains("stillRunning", StringComparison.Ordinal)
                ? null
                : new Told(answer.StatusCode, body);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
