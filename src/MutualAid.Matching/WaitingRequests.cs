using System.Diagnostics.CodeAnalysis;

namespace MutualAid.Matching;

/// <summary>
/// The requests that wait, kept from round to round and found by place. For one thread at a time. Adding, replacing and
/// removing take logarithmic time, so that a million may stand here while a thousand change.
/// </summary>
/// <param name="costs">What the rounds over these requests weigh.</param>
public sealed class WaitingRequests(CostModel costs)
{
    private readonly Dictionary<Guid, WaitingRequest> byId = [];
    private readonly Dictionary<(Guid RootArea, int Category, int Urgency), RequestTree> trees = [];

    public CostModel Costs => costs;

    public int Count => byId.Count;

    public bool TryFind(Guid id, [MaybeNullWhen(false)] out WaitingRequest request) =>
        byId.TryGetValue(id, out request);

    /// <summary>Adds a request, or takes the place of what is known of it.</summary>
    /// <exception cref="ArgumentException">Units, urgency or place are out of bounds.</exception>
    public void Put(WaitingRequest request)
    {
        if (
            request.Unmet < 1
            || request.Urgency is < 0 or > 2
            || !double.IsFinite(request.Longitude)
            || !double.IsFinite(request.Latitude)
        )
            throw new ArgumentException("a waiting request needs units, an urgency of 0 to 2 and a place");
        Remove(request.Id);
        request.Point = UnitSphere.At(request.Longitude, request.Latitude);
        request.Worth = TimelessWorth(request);
        byId.Add(request.Id, request);
        var key = (request.RootArea, request.Category, request.Urgency);
        if (!trees.TryGetValue(key, out var tree))
            trees[key] = tree = new RequestTree();
        tree.Add(request);
    }

    public bool Remove(Guid id)
    {
        if (!byId.Remove(id, out var request))
            return false;
        RequestTree.Remove(request);
        return true;
    }

    /// <summary>
    /// All requests age alike, so which of two is worth more does not change with time: the worth as if the time now were 0,
    /// in ms a unit. <see cref="Aged"/> is what to add.
    /// </summary>
    internal long TimelessWorth(WaitingRequest request) =>
        (long)
            Math.Round(
                (
                    costs.Options.UnmetSeconds[request.Urgency]
                    - costs.Options.AgeWeight * request.PostedAt.ToUnixTimeSeconds()
                ) * 1_000
            );

    /// <summary>No worth at this time is more than the timeless one and this; deficits are not in it.</summary>
    internal long Aged(DateTimeOffset now) =>
        (long)Math.Ceiling(costs.Options.AgeWeight * now.ToUnixTimeSeconds() * 1_000) + 2;

    internal RequestTree? Tree(Guid rootArea, int category, int urgency) =>
        trees.GetValueOrDefault((rootArea, category, urgency));
}
