namespace MutualAid.Seed.Simulation;

/// <summary>What one run came to. Hours are from posting to the last unit's arrival, or to the horizon for the unserved.</summary>
internal sealed record RunFigures
{
    /// <summary>Needs that an area must have for its share to say something.</summary>
    public const int LeastNeedsOfAnArea = 20;

    /// <summary>By need.</summary>
    public required double[] Hours { get; init; }

    /// <summary>Of the urgent needs; hours.</summary>
    public required double UrgentMean { get; init; }

    /// <summary>Share of units that did not come, by urgency: routine, soon, urgent; then of all.</summary>
    public required double[] UnmetShare { get; init; }

    /// <summary>Proposals per delivery.</summary>
    public required double AsksPerHelp { get; init; }

    /// <summary>Deliveries of each giver.</summary>
    public required int[] Loads { get; init; }

    /// <summary>Of areas with enough needs, the worst served first.</summary>
    public required IReadOnlyList<AreaFigures> Areas { get; init; }

    public double Mean => Hours.Average();
    public double Median => Quantile.Of(Hours, 0.5);
    public double P90 => Quantile.Of(Hours, 0.9);
    public double P95 => Quantile.Of(Hours, 0.95);
    public double Longest => Hours.Max();
    public int MostLoad => Loads.DefaultIfEmpty().Max();
    public double Gini => Quantile.Gini(Loads);

    /// <summary>The worst area's share of units served.</summary>
    public double WorstServed => Areas.Count == 0 ? 0 : Areas.Min(area => area.Served);

    /// <summary>Best less worst area's share of units served.</summary>
    public double ServedGap =>
        Areas.Count == 0 ? 0 : Areas.Max(area => area.Served) - Areas.Min(area => area.Served);

    /// <summary>Worst less best area's mean hours.</summary>
    public double MeanGap =>
        Areas.Count == 0 ? 0 : Areas.Max(area => area.Mean) - Areas.Min(area => area.Mean);

    /// <summary>Worst less best area's 90th percentile, hours.</summary>
    public double P90Gap => Areas.Count == 0 ? 0 : Areas.Max(area => area.P90) - Areas.Min(area => area.P90);

    public static RunFigures Of(
        Scenario scenario,
        IReadOnlyList<NeedProgress> needs,
        IReadOnlyList<GiverProgress> givers,
        int asked
    )
    {
        double[] hours =
        [
            .. needs.Select(need => ((need.HelpedAt ?? scenario.Horizon) - need.Need.PostedAt) / 3_600),
        ];
        int helps = givers.Sum(giver => giver.Delivered);
        return new RunFigures
        {
            Hours = hours,
            UrgentMean = needs
                .Where(need => need.Need.Urgency == 2)
                .Select(need => hours[need.Need.Number])
                .DefaultIfEmpty()
                .Average(),
            UnmetShare =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(urgency => Unmet(needs.Where(need => need.Need.Urgency == urgency))),
                Unmet(needs),
            ],
            AsksPerHelp = helps == 0 ? 0 : (double)asked / helps,
            Loads = [.. givers.Select(giver => giver.Delivered)],
            Areas =
            [
                .. needs
                    .GroupBy(need => need.Need.Area)
                    .Where(area => area.Count() >= LeastNeedsOfAnArea)
                    .Select(area =>
                    {
                        double[] times = [.. area.Select(need => hours[need.Need.Number])];
                        return new AreaFigures(
                            area.Key,
                            times.Length,
                            1 - Unmet(area),
                            times.Average(),
                            Quantile.Of(times, 0.9)
                        );
                    })
                    .OrderBy(area => area.Served)
                    .ThenBy(area => area.Area, StringComparer.Ordinal),
            ],
        };
    }

    private static double Unmet(IEnumerable<NeedProgress> needs)
    {
        var (wanted, came) = (0, 0);
        foreach (var need in needs)
            (wanted, came) = (wanted + need.Need.Quantity, came + need.Delivered);
        return wanted == 0 ? 0 : 1 - (double)came / wanted;
    }
}

/// <summary>How one area fared.</summary>
/// <param name="Served">Share of its units that came.</param>
/// <param name="Mean">Hours.</param>
/// <param name="P90">Hours.</param>
internal sealed record AreaFigures(string Area, int Needs, double Served, double Mean, double P90);
