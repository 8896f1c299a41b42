namespace MutualAid.Matching;

/// <summary>
/// What one giver could serve: whether there is anything, how near the nearest is, and since when the oldest waits. For telling
/// them why, and for leaving out of a round whoever has nothing to do.
/// </summary>
public static class Surroundings
{
    /// <summary>Metres from the giver's offers to the nearest request that they could serve; null when there is none.</summary>
    public static double? Nearest(WaitingRequests waiting, ReadyGiver giver)
    {
        double nearest = double.MaxValue;
        foreach (var offer in giver.Offers)
        foreach (var ofUrgency in waiting.Trees(offer.RootArea, offer.Category))
        foreach (var (_, tree) in ofUrgency.All)
        {
            var visitor = new ByDistance(giver, offer, Math.Min(nearest, offer.Reach));
            tree.Visit(ref visitor);
            nearest = Math.Min(nearest, visitor.Found ?? nearest);
        }
        return nearest < double.MaxValue ? nearest : null;
    }

    /// <summary>When the oldest request of this urgency was posted that they could serve; null when there is none.</summary>
    public static DateTimeOffset? Oldest(WaitingRequests waiting, ReadyGiver giver, int urgency)
    {
        DateTimeOffset? oldest = null;
        foreach (var offer in giver.Offers)
        {
            var byUrgency = waiting.Trees(offer.RootArea, offer.Category);
            if (byUrgency.IsEmpty)
                continue;
            foreach (var (_, tree) in byUrgency[urgency].All)
            {
                var visitor = new ByAge(giver, offer, oldest);
                tree.Visit(ref visitor);
                oldest = visitor.Found;
            }
        }
        return oldest;
    }

    /// <summary>Whether anything that waits may lie within an offer's reach; a look at each tells.</summary>
    internal static bool AnyWithin(WaitingRequests waiting, ReadyOffer offer)
    {
        foreach (var ofUrgency in waiting.Trees(offer.RootArea, offer.Category))
        foreach (var (_, tree) in ofUrgency.All)
        {
            var visitor = new Within(offer);
            tree.Visit(ref visitor);
            if (visitor.Found)
                return true;
        }
        return false;
    }

    private static bool Fits(ReadyGiver giver, ReadyOffer offer, WaitingRequest request) =>
        (request.Divisible || request.Unmet <= offer.Free) && giver.MayMeet(request);

    private struct ByDistance(ReadyGiver giver, ReadyOffer offer, double limit) : IRequestVisitor
    {
        public double? Found { get; private set; }

        // In whole millimetres, rounded in favour of a look.
        public readonly long Floor => -(long)(limit * 1_000) - 2;

        public readonly long Promise(RequestTree.Node node) =>
            -(long)(node.Box.LeastMetres(offer.Within.Centre) * 1_000);

        public void See(WaitingRequest request, long worth)
        {
            double metres = offer.MetresTo(request);
            if (metres > limit || !Fits(giver, offer, request))
                return;
            (Found, limit) = (metres, metres);
        }
    }

    private struct ByAge(ReadyGiver giver, ReadyOffer offer, DateTimeOffset? oldest) : IRequestVisitor
    {
        public DateTimeOffset? Found { get; private set; } = oldest;

        public readonly long Floor => Found is { } found ? -found.UtcTicks : RequestTree.Nothing;

        public readonly long Promise(RequestTree.Node node) =>
            offer.Within.MayHold(node.Box) ? -node.Oldest.UtcTicks : RequestTree.Nothing;

        public void See(WaitingRequest request, long worth)
        {
            if (
                (Found is null || request.PostedAt < Found)
                && offer.MetresTo(request) <= offer.Reach
                && Fits(giver, offer, request)
            )
                Found = request.PostedAt;
        }
    }

    private struct Within(ReadyOffer offer) : IRequestVisitor
    {
        public bool Found { get; private set; }

        public readonly long Floor => Found ? long.MaxValue : 0;

        public readonly long Promise(RequestTree.Node node) => offer.Within.MayHold(node.Box) ? 1 : 0;

        public void See(WaitingRequest request, long worth) => Found |= offer.Within.MayHold(request.Point);
    }
}
