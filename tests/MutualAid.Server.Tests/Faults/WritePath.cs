using System.Net.Http.Json;
using MutualAid.Server.Tests.Matches;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Faults;

/// <summary>One way in which something is written: who sends what in which state of a match.</summary>
/// <param name="Reads">Read first, for its tag.</param>
internal sealed record WritePath(
    string Name,
    string State,
    string By,
    HttpMethod Method,
    Func<Scene, string> Path,
    Func<Scene, object?> Body,
    Func<Scene, string>? Reads = null,
    string? Before = null
)
{
    private static readonly object Reason = new { reason = "đổi ý" };

    public static IReadOnlyList<WritePath> All { get; } =
    [
        Post("post needs", "stranger", _ => "/api/requests", _ => Posting.Body()),
        Post("post an offer", "stranger", _ => "/api/offers", _ => Offer()),
        Post("report", "stranger", _ => "/api/reports", scene => Report(scene.Request)),
        Post("block", "receiver", _ => "/api/blocks", scene => new { accountId = scene.Giver.Id }),
        Post("renew", "receiver", scene => $"/api/requests/{scene.Request}/renew"),
        Post(
            "withdraw a request",
            "receiver",
            scene => $"/api/requests/{scene.Request}/withdraw",
            _ => Reason
        ),
        Post("pause", "giver", scene => $"/api/offers/{scene.Offer}/pause"),
        Post("resume", "giver", scene => $"/api/offers/{scene.Offer}/resume") with
        {
            Before = "pause",
        },
        Post("withdraw an offer", "giver", scene => $"/api/offers/{scene.Offer}/withdraw"),
        Post("claim", "stranger", scene => $"/api/requests/{scene.Request}/claims", _ => new { units = 2 }),
        Step("accept", "proposed", "giver"),
        Step("decline", "proposed", "giver", Reason),
        Step("on-the-way", "accepted", "giver"),
        Step("delivered", "onTheWay", "giver", new { code = Scene.Code }),
        Step("delivered", "accepted", "giver", new { units = 2 }) with
        {
            Name = "delivered in part, without a code",
        },
        Step("confirm", "delivered", "receiver"),
        Step("dispute", "delivered", "receiver", Reason),
        Step("fail", "onTheWay", "giver", Reason),
        Step("withdraw", "accepted", "team", Reason),
        Step("messages", "accepted", "giver", new { text = "Tôi đang đến" }) with
        {
            Name = "write to the other side",
        },
        Patch("edit a request", "receiver", scene => $"/api/requests/{scene.Request}", new { quantity = 4 }),
        Patch("edit an offer", "giver", scene => $"/api/offers/{scene.Offer}", new { capacity = 30 }),
        Patch("edit oneself", "giver", _ => "/api/me", new { onDuty = false, name = "Tên mới" }),
        new("erase oneself", "accepted", "receiver", HttpMethod.Delete, _ => "/api/me", _ => null),
        new(
            "unblock",
            "proposed",
            "receiver",
            HttpMethod.Delete,
            _ => "/api/blocks",
            scene => new { accountId = scene.Giver.Id }
        )
        {
            Before = "block",
        },
    ];

    /// <summary>The same message each time it is called, under the same key.</summary>
    public HttpRequestMessage Message(Scene scene, string key, string? tag)
    {
        var message = new HttpRequestMessage(Method, Path(scene));
        if (Body(scene) is { } body)
            message.Content = JsonContent.Create(body);
        if (Method == HttpMethod.Post)
            message.Headers.Add("Idempotency-Key", key);
        if (tag is not null)
            message.Headers.Add("If-Match", tag);
        return message;
    }

    private static WritePath Post(
        string name,
        string by,
        Func<Scene, string> path,
        Func<Scene, object?>? body = null
    ) => new(name, "proposed", by, HttpMethod.Post, path, body ?? (_ => null));

    private static WritePath Step(string step, string state, string by, object? body = null) =>
        new(step, state, by, HttpMethod.Post, scene => $"/api/matches/{scene.Id}/{step}", _ => body);

    private static WritePath Patch(string name, string by, Func<Scene, string> path, object body) =>
        new(name, "proposed", by, HttpMethod.Patch, path, _ => body, path);

    private static object Offer() =>
        new
        {
            category = "food",
            capacity = 12,
            location = new { type = "Point", coordinates = new[] { Posting.Lon, Posting.Lat } },
            reach = 3000,
        };

    private static object Report(Guid request) =>
        new
        {
            subject = new { kind = "request", id = request },
            reason = "false",
            text = "không có thật",
        };
}
