namespace MutualAid.Matching;

/// <summary>How far the round in progress has come with one request.</summary>
internal sealed class RequestProgress(WaitingRequest request, long unmetCost)
{
    private readonly List<double> asked = [];

    /// <summary>Units that nobody is asked for yet.</summary>
    public int Left { get; private set; } = request.Unmet - request.Asked;

    /// <summary>Givers that may still be asked.</summary>
    public int Asks { get; private set; } = request.Asks;

    /// <summary>The probability that all who are asked say no.</summary>
    public double AllRefuse { get; private set; } = request.AllRefuse;

    /// <summary>Cost of one unit that stays unmet.</summary>
    public long UnmetCost => unmetCost;

    public void Asked(int units, double acceptance)
    {
        Left = Math.Max(0, Left - units);
        Asks--;
        asked.Add(acceptance);
        AllRefuse *= 1 - acceptance;
    }

    /// <summary>One of those who are asked in this round is replaced by another.</summary>
    public void AskedInstead(double former, double acceptance)
    {
        asked.Remove(former);
        asked.Add(acceptance);
        AllRefuse = asked.Aggregate(request.AllRefuse, (all, one) => all * (1 - one));
    }
}
