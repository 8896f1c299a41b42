using MutualAid.Server.Accounts;

namespace MutualAid.Server.Matches;

/// <summary>The steps of a match that people take, by their names in the contract.</summary>
internal static class MatchStepsApi
{
    internal static void Map(RouteGroupBuilder match)
    {
        match.MapPost(
            "/accept",
            (Guid id, Caller caller, MatchSteps steps, HttpContext context, CancellationToken stop) =>
                steps.Take("accept", id, caller, context, new(), stop)
        );
        match.MapPost(
            "/on-the-way",
            (Guid id, Caller caller, MatchSteps steps, HttpContext context, CancellationToken stop) =>
                steps.Take("setOut", id, caller, context, new(), stop)
        );
        match.MapPost(
            "/confirm",
            (Guid id, Caller caller, MatchSteps steps, HttpContext context, CancellationToken stop) =>
                steps.Take("confirm", id, caller, context, new(), stop)
        );
        match.MapPost(
            "/delivered",
            (
                Guid id,
                DeliveredBody? body,
                Caller caller,
                MatchSteps steps,
                HttpContext context,
                CancellationToken stop
            ) => steps.Take("deliver", id, caller, context, Said.Read(body), stop)
        );
        // Whoever says no need not say why; whoever takes something back owes a word to the other side.
        MapWithReason(match, "/decline", "decline", demanded: false);
        MapWithReason(match, "/withdraw", "withdraw", demanded: true);
        MapWithReason(match, "/fail", "fail", demanded: true);
        MapWithReason(match, "/dispute", "dispute", demanded: true);
    }

    private static void MapWithReason(RouteGroupBuilder match, string path, string step, bool demanded) =>
        match.MapPost(
            path,
            (
                Guid id,
                ReasonBody? body,
                Caller caller,
                MatchSteps steps,
                HttpContext context,
                CancellationToken stop
            ) => steps.Take(step, id, caller, context, Said.Read(body, demanded), stop)
        );
}
