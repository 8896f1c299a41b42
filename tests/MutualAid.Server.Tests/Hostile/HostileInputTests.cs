using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>
/// Ten thousand generated requests to every route of the OpenAPI document, a hundred thousand with <c>./test --all</c>. The seed is
/// in the output; MUTUALAID_HOSTILE_SEED replays it.
/// </summary>
public sealed class HostileInputTests(ServiceFixture service, ITestOutputHelper output)
    : IClassFixture<ServiceFixture>
{
    private const int Workers = 4;
    private const int NewWorldEvery = 250;

    private static int Count => Seeds.Long ? 100_000 : 10_000;

    private readonly ConcurrentQueue<string> wrong = [];
    private readonly ConcurrentDictionary<int, int> answers = [];
    private readonly ConcurrentDictionary<Guid, string> made = []; // requests that are there because a test or an answer says so

    // Seen to fail without UseReadable (a charset that nobody knows was a 500), without IsText in Phone.Read (a phone of
    // U+FFFF was one), and without the name of the header in what Idempotency refuses.
    [Fact]
    public async Task whatever_is_sent_no_answer_is_a_500_each_400_names_its_field_and_nothing_half_written_stays()
    {
        int seed = Seeds.Of("MUTUALAID_HOSTILE_SEED");
        var document = await service.Anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var operations = ApiOperation.AllOf(document);
        await Task.WhenAll(
            Enumerable
                .Range(0, Workers)
                .Select(worker => Work(new Random(seed + worker), document, operations))
        );
        output.WriteLine(
            $"{Count} requests, {operations.Length} routes; "
                + string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"))
        );
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(20)));
        Assert.True(answers.Keys.Count(status => status is 200 or 201 or 400 or 401 or 404 or 409) >= 6);
        await service.InvariantsHold();
        await using var connection = await service.Open();
        var there = await connection.QueryAsync<Guid>("select id from request");
        Assert.Equal(made.Keys.Order(), there.Order());
    }

    private async Task Work(Random random, JsonElement document, ApiOperation[] operations)
    {
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            }
        )
        {
            BaseAddress = service.Address,
        };
        HostileWorld world = null!;
        for (int at = 0; at < Count / Workers; at++)
        {
            if (at % NewWorldEvery == 0)
            {
                world = await HostileWorld.Make(service);
                made[world.Scene.Request] = "given";
            }
            var hostile = new HostileRequest(random, document, world);
            var operation = operations[random.Next(operations.Length)];
            if (
                (operation.Method == HttpMethod.Delete || operation.Path == "/api/sign-out")
                && random.Next(20) > 0
            )
                continue; // whoever is erased or signed out does little more
            using var message = hostile.Make(operation);
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            answers.AddOrUpdate((int)answer.StatusCode, 1, (_, count) => count + 1);
            string body =
                answer.Content.Headers.ContentType?.MediaType == "text/event-stream"
                    ? ""
                    : await answer.Content.ReadAsStringAsync();
            if (Fault(operation, hostile, answer, body) is { } fault)
                wrong.Enqueue($"{fault}: {hostile.Line} → {(int)answer.StatusCode} {body}");
        }
    }

    private string? Fault(
        ApiOperation operation,
        HostileRequest hostile,
        HttpResponseMessage answer,
        string body
    )
    {
        int status = (int)answer.StatusCode;
        if (status >= 500)
            return "a failure of the server";
        if (operation is { Method.Method: "POST", Path: "/api/requests" } && status == 201)
            foreach (
                var request in JsonDocument.Parse(body).RootElement.GetProperty("requests").EnumerateArray()
            )
                made[request.GetProperty("id").GetGuid()] = hostile.Line;
        if (status < 400)
            return null;
        if (
            status is 414 or 431
            || (status == 400 && body.Length == 0 && hostile.Line.Contains("%00", StringComparison.Ordinal))
        )
            return null; // the web server's own, before any route is known
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return "no problem document";
        var problem = JsonDocument.Parse(body).RootElement;
        if (status != 400)
            return null;
        var named = problem.TryGetProperty("errors", out var errors)
            ? errors.EnumerateObject().Select(error => error.Name).ToList()
            : [];
        if (named.Count == 0)
            return "a 400 that says not what is wrong";
        return hostile.OnlyWrong is not { } only || named.Any(name => Within(name, only))
            ? null
            : $"a 400 that does not name {only}";
    }

    private static bool Within(string name, string property) =>
        name == property
        || name.StartsWith(property + ".", StringComparison.Ordinal)
        || name.StartsWith(property + "[", StringComparison.Ordinal);
}
