using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

internal enum ProposalState
{
    Open,
    Accepted,
    Delivered,
    Declined,
    Lapsed,
    Withdrawn,
}

/// <summary>One need asked of one giver.</summary>
internal sealed class Proposal(NeedProgress need, Asking asking, int units)
{
    public NeedProgress Need => need;
    public Asking Asking => asking;
    public int Units { get; set; } = units;
    public ProposalState State { get; set; }
}

/// <summary>The proposals of one trip: asked together, answered together.</summary>
internal sealed class Asking(GiverProgress giver, int day)
{
    public GiverProgress Giver => giver;

    /// <summary>The local day whose units these are.</summary>
    public int Day => day;
    public List<Proposal> Proposals { get; } = [];
    public bool AnyOpen => Proposals.Exists(proposal => proposal.State == ProposalState.Open);
    public bool AnyAccepted => Proposals.Exists(proposal => proposal.State == ProposalState.Accepted);
}

/// <summary>How far a need has come.</summary>
internal sealed class NeedProgress(Need need)
{
    public Need Need => need;
    public int Unmet { get; set; } = need.Quantity;
    public int Promised { get; set; }
    public int Delivered => need.Quantity - Unmet - Promised;
    public List<Proposal> Open { get; } = [];

    /// <summary>Seconds since the start at which the last unit came.</summary>
    public double? HelpedAt { get; set; }

    /// <summary>What the planner sees of it; null when there is nothing to ask for.</summary>
    public WaitingRequest? AsWaiting(Scenario scenario, Guid root, Category[] categories)
    {
        int asks = NeedMix.Urgencies[need.Urgency].MostProposals - Open.Count;
        if (Unmet < 1 || asks < 1)
            return null;
        return new WaitingRequest
        {
            Id = need.Id,
            RootArea = root,
            Area = need.AreaId,
            Household = need.Household,
            Owner = need.Owner,
            Category = Array.IndexOf(categories, need.Category),
            Urgency = need.Urgency,
            Unmet = Unmet,
            Asked = Math.Min(Unmet, Open.Sum(proposal => proposal.Units)),
            Divisible = need.Divisible,
            Asks = asks,
            AllRefuse = Open.Aggregate(1.0, (all, proposal) => all * (1 - proposal.Asking.Giver.Learned)),
            PostedAt = scenario.At(need.PostedAt),
            Longitude = need.Longitude,
            Latitude = need.Latitude,
        };
    }
}
