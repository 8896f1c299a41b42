using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace MutualAid.Matching;

/// <summary>
/// The requests that wait, kept from round to round and found by place. For one thread at a time. Adding, replacing and
/// removing take logarithmic time, so that a million may stand here while a thousand change.
/// </summary>
/// <param name="costs">What the rounds over these requests weigh.</param>
public sealed class WaitingRequests(CostModel costs)
{
    private readonly Dictionary<Guid, WaitingRequest> byId = [];
    private readonly Dictionary<Guid, WaitingRequest> households = []; // to the first of each, which leads to the next
    private readonly Dictionary<(Guid RootArea, int Category), SizedTrees[]> trees = [];
    private IReadOnlyDictionary<Guid, double> deficits = new Dictionary<Guid, double>();

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
        var key = (request.RootArea, request.Category);
        if (!trees.TryGetValue(key, out var byUrgency))
            trees[key] = byUrgency = [new SizedTrees(), new SizedTrees(), new SizedTrees()];
        byUrgency[request.Urgency].Of(request).Add(request);
        request.NextOfHousehold = households.GetValueOrDefault(request.Household);
        households[request.Household] = request;
    }

    public bool Remove(Guid id)
    {
        if (!byId.Remove(id, out var request))
            return false;
        RequestTree.Remove(request);
        LeaveHousehold(request);
        return true;
    }

    /// <summary>What else waits at the door of these.</summary>
    internal IEnumerable<WaitingRequest> AtTheDoorsOf(IEnumerable<WaitingRequest> requests)
    {
        foreach (var household in requests.Select(request => request.Household).Distinct())
            for (
                var next = households.GetValueOrDefault(household);
                next is not null;
                next = next.NextOfHousehold
            )
                yield return next;
    }

    /// <summary>
    /// How far each ward's share of units served in the last 7 days lies below that of its root area, 0 to 1; wards that are
    /// not listed have no deficit. Where shares have moved it takes a look at every request.
    /// </summary>
    public void Reweigh(IReadOnlyDictionary<Guid, double> newDeficits)
    {
        if (Same(newDeficits, deficits))
            return;
        deficits = newDeficits;
        foreach (var request in byId.Values)
            Show(request);
    }

    /// <summary>What one unit of a request is worth at this time: what it costs to leave it unmet.</summary>
    public long UnmetCost(WaitingRequest request, DateTimeOffset now) =>
        costs.UnmetCost(request.Urgency, (long)(now - request.PostedAt).TotalSeconds, Deficit(request));

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
                    + costs.Options.DeficitSeconds * Math.Clamp(Deficit(request), 0, 1)
                ) * 1_000
            );

    /// <summary>Shows in its tree what a request is worth; nothing when nobody may be asked for it just now.</summary>
    internal void Show(WaitingRequest request, bool wanted = true)
    {
        request.Worth = wanted ? TimelessWorth(request) : RequestTree.Nothing;
        RequestTree.Outdate(request.Leaf!);
    }

    /// <summary>No worth at this time is more than the timeless one and this.</summary>
    internal long Aged(DateTimeOffset now) =>
        (long)Math.Ceiling(costs.Options.AgeWeight * now.ToUnixTimeSeconds() * 1_000) + 2;

    /// <summary>By urgency; empty when nothing ever waited there.</summary>
    internal ReadOnlySpan<SizedTrees> Trees(Guid rootArea, int category) =>
        trees.TryGetValue((rootArea, category), out var byUrgency) ? byUrgency : [];

    /// <summary>Sums up what has changed, so that many may search at the same time.</summary>
    internal void Refresh()
    {
        foreach (var byUrgency in trees.Values)
        foreach (var ofUrgency in byUrgency)
        foreach (var (_, tree) in ofUrgency.All)
            tree.Refresh();
    }

    private void LeaveHousehold(WaitingRequest request)
    {
        var first = households[request.Household];
        if (first == request && request.NextOfHousehold is null)
            households.Remove(request.Household);
        else if (first == request)
            households[request.Household] = request.NextOfHousehold!;
        else
        {
            var before = first;
            while (before.NextOfHousehold != request)
                before = before.NextOfHousehold!;
            before.NextOfHousehold = request.NextOfHousehold;
        }
    }

    private double Deficit(WaitingRequest request) => deficits.GetValueOrDefault(request.Area);

    private static bool Same(
        IReadOnlyDictionary<Guid, double> one,
        IReadOnlyDictionary<Guid, double> other
    ) =>
        one.Count == other.Count
        && one.All(pair => other.TryGetValue(pair.Key, out double deficit) && deficit == pair.Value);
}

/// <summary>
/// Trees by how many units a request wants, twice as many from one to the next: a visit is shared by its units, so that what
/// a node's requests cost is known well only where they are about as large. Those that only one giver can serve have trees of
/// their own, one a size while they are small: an offer that has too little does not look at them, and the oldest that wait
/// are just those.
/// </summary>
internal sealed class SizedTrees
{
    private const int Small = 16;

    private readonly List<(int Units, bool Divisible, RequestTree Tree)> bySize = [];
    private (int LeastFree, RequestTree Tree)[] all = [];

    /// <summary>With how many units an offer must have for any of them, the largest first.</summary>
    public ReadOnlySpan<(int LeastFree, RequestTree Tree)> All => all;

    public RequestTree Of(WaitingRequest request)
    {
        bool exact = !request.Divisible && request.Unmet < Small;
        int units = exact ? request.Unmet : 1 << BitOperations.Log2((uint)request.Unmet);
        foreach (var (otherUnits, divisible, found) in bySize)
            if (otherUnits == units && divisible == request.Divisible)
                return found;
        var tree = new RequestTree();
        bySize.Add((units, request.Divisible, tree));
        all =
        [
            .. bySize
                .OrderByDescending(size => size.Units)
                .Select(size => (size.Divisible ? 1 : size.Units, size.Tree)),
        ];
        return tree;
    }
}
