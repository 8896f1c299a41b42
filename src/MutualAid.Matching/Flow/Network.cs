namespace MutualAid.Matching.Flow;

/// <summary>
/// A flow in the making. At every moment, with the reduced cost of an arc = its cost + the offer's price − the request's
/// value: no reduced cost is negative, arcs that carry units have reduced cost 0, requests with unmet units have their unmet
/// cost for value. What may still be missing: requests with undecided units, and offers with a price that are not full.
/// When neither is left the flow is a cheapest one (linear programming duality; e.g. Ahuja, Magnanti, Orlin,
/// "Network Flows", 1993, theorem 9.4).
/// </summary>
internal sealed class Network
{
    public readonly int Requests;
    public readonly int Offers;

    // By request: its arcs; a request's value is what its last unit costs now.
    public readonly int[] ArcStart;
    public readonly int[] ArcOffer;
    public readonly long[] ArcCost;
    public readonly int[] ArcRequest;
    public readonly int[] Flow;
    public readonly long[] UnmetCost;
    public readonly long[] Value;
    public readonly int[] Undecided;
    public readonly int[] Unmet;

    // By offer: the arcs that lead to it.
    public readonly int[] IntoStart;
    public readonly int[] IntoArc;
    public readonly int[] IntoRequest;
    public readonly long[] IntoCost;
    public readonly long[] Price;
    public readonly int[] Free;

    // By offer: the arcs that carry units to it; never more than its capacity or its arcs.
    public readonly int[] HeldStart;
    public readonly int[] HeldCount;
    public readonly int[] HeldArc;
    private readonly int[] heldAt;

    public Network(FlowProblem problem)
    {
        Requests = problem.RequestCount;
        Offers = problem.OfferCount;
        UnmetCost = problem.UnmetCost;
        (ArcStart, ArcOffer, ArcCost) = (problem.ArcStart, problem.ArcOffer, problem.ArcCost);
        Value = new long[Requests];
        Undecided = [.. problem.Units];
        Unmet = new int[Requests];
        Price = new long[Offers];
        Free = [.. problem.Capacity];

        int arcs = ArcOffer.Length;
        ArcRequest = new int[arcs];
        Flow = new int[arcs];
        heldAt = new int[arcs];
        IntoArc = new int[arcs];
        IntoRequest = new int[arcs];
        IntoCost = new long[arcs];
        IntoStart = new int[Offers + 1];
        for (int arc = 0; arc < arcs; arc++)
            IntoStart[ArcOffer[arc] + 1]++;
        for (int offer = 0; offer < Offers; offer++)
            IntoStart[offer + 1] += IntoStart[offer];
        int[] next = IntoStart[..Offers];
        for (int request = 0; request < Requests; request++)
        for (int arc = ArcStart[request]; arc < ArcStart[request + 1]; arc++)
        {
            ArcRequest[arc] = request;
            int at = next[ArcOffer[arc]]++;
            IntoArc[at] = arc;
            IntoRequest[at] = request;
            IntoCost[at] = ArcCost[arc];
        }

        HeldCount = new int[Offers];
        HeldStart = new int[Offers + 1];
        for (int offer = 0; offer < Offers; offer++)
            HeldStart[offer + 1] =
                HeldStart[offer] + Math.Min(Free[offer], IntoStart[offer + 1] - IntoStart[offer]);
        HeldArc = new int[HeldStart[Offers]];
    }

    /// <summary>Moves units onto an arc, or off it when negative.</summary>
    public void Push(int arc, int units)
    {
        int before = Flow[arc];
        int offer = ArcOffer[arc];
        Flow[arc] = before + units;
        if (before == 0)
        {
            int at = HeldStart[offer] + HeldCount[offer]++;
            HeldArc[at] = arc;
            heldAt[arc] = at;
        }
        else if (before + units == 0)
        {
            int last = HeldArc[HeldStart[offer] + --HeldCount[offer]];
            HeldArc[heldAt[arc]] = last;
            heldAt[last] = heldAt[arc];
        }
    }
}
