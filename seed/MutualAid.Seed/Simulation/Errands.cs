using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>
/// What becomes of those who are asked: they answer or let it lapse, set out at once, go to the nearest stop first, and come
/// home. Of several who are asked for one urgent need the first to say yes has it; the others are told at once.
/// </summary>
internal sealed class Errands(
    Scenario scenario,
    Agenda agenda,
    double metresPerSecond,
    Action<NeedProgress?> changed
)
{
    private readonly Answers answers = new(scenario.Seed);

    /// <summary>Needs asked of givers so far.</summary>
    public int Asked { get; private set; }

    public void Ask(GiverProgress giver, int day, double now, (NeedProgress Need, int Units)[] stops)
    {
        var asking = new Asking(giver, day);
        giver.Current = asking;
        giver.Askings.Add(asking);
        giver.NoteTrip(now);
        foreach (var (need, units) in stops)
        {
            var proposal = new Proposal(need, asking, units);
            asking.Proposals.Add(proposal);
            need.Open.Add(proposal);
            giver.Hold(day, units);
            giver.NoteAsked(now);
            changed(need);
            double respondBy = now + NeedMix.Urgencies[need.Need.Urgency].RespondWithin.TotalSeconds;
            agenda.At(respondBy, () => Lapse(proposal));
        }
        Asked += stops.Length;
        var first = stops[0].Need.Need;
        int attempt = giver.Attempts.GetValueOrDefault(first.Number);
        giver.Attempts[first.Number] = attempt + 1;
        if (!answers.Silent(giver.Giver, first, attempt))
            agenda.At(now + answers.DelaySeconds(giver.Giver, first, attempt), () => Answer(asking));
    }

    private void Lapse(Proposal proposal)
    {
        if (proposal.State != ProposalState.Open)
            return;
        Close(proposal, ProposalState.Lapsed);
        Refused(proposal.Asking.Giver);
        MaybeFree(proposal.Asking);
    }

    private void Answer(Asking asking)
    {
        var giver = asking.Giver;
        foreach (var proposal in asking.Proposals)
        {
            // What has lapsed meanwhile, or was taken by somebody else, is no longer asked.
            if (proposal.State != ProposalState.Open)
                continue;
            bool yes = answers.Willing(giver.Giver, proposal.Need.Need);
            if (yes)
            {
                giver.Learn(yes: true);
                Accept(proposal);
            }
            else
            {
                Close(proposal, ProposalState.Declined);
                giver.Declined.Add(proposal.Need.Need.Id);
                Refused(giver);
            }
        }
        if (asking.AnyAccepted)
            SetOut(asking);
        else
            MaybeFree(asking);
    }

    // An ask that ran out unanswered refuses too: whoever is away is away for the next one.
    private void Refused(GiverProgress giver)
    {
        giver.Learn(yes: false);
        giver.QuietUntil = agenda.Now + Rules.QuietSeconds;
        agenda.At(giver.QuietUntil, () => changed(null));
    }

    private void Accept(Proposal proposal)
    {
        var need = proposal.Need;
        need.Open.Remove(proposal);
        proposal.State = ProposalState.Accepted;
        proposal.Asking.Giver.NoteOpened(agenda.Now);
        need.Unmet -= proposal.Units;
        need.Promised += proposal.Units;
        changed(need);
        foreach (var other in need.Open.ToArray())
        {
            int fits = Math.Min(other.Units, need.Unmet);
            if (fits < other.Units && (fits == 0 || !need.Need.Divisible))
            {
                Close(other, ProposalState.Withdrawn);
                MaybeFree(other.Asking);
            }
            else
            {
                other.Asking.Giver.Release(other.Asking.Day, other.Units - fits);
                other.Units = fits;
            }
        }
    }

    private void SetOut(Asking asking)
    {
        var giver = asking.Giver;
        var left = asking.Proposals.FindAll(proposal => proposal.State == ProposalState.Accepted);
        double at = agenda.Now;
        var (longitude, latitude) = (giver.Giver.Longitude, giver.Giver.Latitude);
        double Seconds(double toLongitude, double toLatitude) =>
            Spheroid.Metres(longitude, latitude, toLongitude, toLatitude) / metresPerSecond;
        while (left.Count > 0)
        {
            var next = left.MinBy(proposal =>
                Seconds(proposal.Need.Need.Longitude, proposal.Need.Need.Latitude)
            )!;
            var place = next.Need.Need;
            at += Seconds(place.Longitude, place.Latitude) + Rules.StopSeconds;
            (longitude, latitude) = (place.Longitude, place.Latitude);
            left.Remove(next);
            agenda.At(at, () => Deliver(next));
        }
        agenda.At(at + Seconds(giver.Giver.Longitude, giver.Giver.Latitude), () => Free(asking));
    }

    private void Deliver(Proposal proposal)
    {
        var need = proposal.Need;
        proposal.State = ProposalState.Delivered;
        need.Promised -= proposal.Units;
        proposal.Asking.Giver.Delivered++;
        if (need.Delivered == need.Need.Quantity)
            need.HelpedAt = agenda.Now;
    }

    private void Close(Proposal proposal, ProposalState state)
    {
        proposal.State = state;
        proposal.Need.Open.Remove(proposal);
        proposal.Asking.Giver.Release(proposal.Asking.Day, proposal.Units);
        changed(proposal.Need);
    }

    private void MaybeFree(Asking asking)
    {
        if (
            !asking.AnyOpen
            && asking.Proposals.TrueForAll(proposal => proposal.State > ProposalState.Delivered)
        )
            Free(asking);
    }

    private void Free(Asking asking)
    {
        // An answer to what has lapsed or was taken back meanwhile comes late: they may be asked for something else by now.
        if (asking.Giver.Current != asking)
            return;
        asking.Giver.Current = null;
        changed(null);
    }
}
