namespace MutualAid.Matching;

/// <summary>What one giver could serve: how near the nearest is, and since when the oldest waits. For telling them why.</summary>
public static class Surroundings
{
    /// <summary>Metres from the giver's offers to the nearest request that they could serve; null when there is none.</summary>
    public static double? Nearest(WaitingRequests waiting, ReadyGiver giver)
    {
        double nearest = double.MaxValue;
        foreach (var offer in giver.Offers)
            for (int urgency = 0; urgency < 3; urgency++)
                foreach (var tree in waiting.Trees(offer.RootArea, offer.Category, urgency))
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
        foreach (var tree in waiting.Trees(offer.RootArea, offer.Category, urgency))
        {
            var visitor = new ByAge(giver, offer, oldest);
            tree.Visit(ref visitor);
            oldest = visitor.Found;
        }
        return oldest;
    }

    private static bool Fits(ReadyGiver giver, ReadyOffer offer, WaitingRequest request) =>
        (request.Divisible || request.Unmet <= offer.Free) && giver.MayMeet(request);

    private static double Metres(ReadyOffer offer, WaitingRequest request) =>
        Spheroid.Metres(offer.Longitude, offer.Latitude, request.Longitude, request.Latitude);

    private struct ByDistance(ReadyGiver giver, ReadyOffer offer, double limit) : IRequestVisitor
    {
        public UnitSphere.Point From { get; } = UnitSphere.At(offer.Longitude, offer.Latitude);

        public double? Found { get; private set; }

        // In whole millimetres, rounded in favour of a look.
        public readonly long Floor => -(long)(limit * 1_000) - 2;

        public readonly long Promise(RequestTree.Node node, double leastMetres) =>
            -(long)(leastMetres * 1_000);

        public void See(WaitingRequest request)
        {
            double metres = Metres(offer, request);
            if (metres > limit || !Fits(giver, offer, request))
                return;
            (Found, limit) = (metres, metres);
        }
    }

    private struct ByAge(ReadyGiver giver, ReadyOffer offer, DateTimeOffset? oldest) : IRequestVisitor
    {
        public UnitSphere.Point From { get; } = UnitSphere.At(offer.Longitude, offer.Latitude);

        public DateTimeOffset? Found { get; private set; } = oldest;

        public readonly long Floor => Found is { } found ? -found.UtcTicks : RequestTree.Nothing;

        public readonly long Promise(RequestTree.Node node, double leastMetres) =>
            leastMetres <= offer.Reach ? -node.Oldest.UtcTicks : RequestTree.Nothing;

        public void See(WaitingRequest request)
        {
            if (
                (Found is null || request.PostedAt < Found)
                && Metres(offer, request) <= offer.Reach
                && Fits(giver, offer, request)
            )
                Found = request.PostedAt;
        }
    }
}
