namespace MutualAid.Seed.Simulation;

/// <summary>The pictures of a comparison.</summary>
internal static class Pictures
{
    private const double Left = 12;
    private const double Right = Svg.Width - 14;

    /// <summary>Mean and 95th percentile of the time to help, a panel a regime.</summary>
    public static string Times(IReadOnlyList<RegimeResult> results)
    {
        const double row = 34;
        double panel = results[0].Policies.Count * row + 100;
        var svg = new Svg("Time to help by policy and regime", 48 + results.Count * panel);
        svg.Text(Left, 20, "Time to help", size: 15, bold: true);
        svg.Text(Left, 38, "bar: mean, with its 95 % interval · diamond: p95", size: 11);
        double top = 48;
        foreach (var result in results)
        {
            var scale = new Scale(
                0,
                result.Policies.Max(policy => policy.Of(run => run.P95).Mean) * 1.05,
                Left,
                Right
            );
            double bottom = top + 24 + result.Policies.Count * row;
            svg.Text(Left, top + 14, Report.Capital(result.Regime.Name), size: 13, bold: true);
            svg.Below(scale, top + 20, bottom, "hours; dashed: no policy's mean is below");
            double y = top + 24;
            foreach (var policy in result.Policies)
            {
                var mean = policy.Of(run => run.Mean);
                double p95 = policy.Of(run => run.P95).Mean;
                svg.Text(Left + 2, y + 11, policy.Policy.Title, size: 11);
                svg.Bar(Left, y + 15, scale.At(mean.Mean) - Left, 11, Shade(policy));
                if (!double.IsNaN(mean.Half))
                    svg.Line(
                        scale.At(mean.Mean - mean.Half),
                        y + 20.5,
                        scale.At(mean.Mean + mean.Half),
                        y + 20.5,
                        width: 2
                    );
                svg.Diamond(scale.At(p95), y + 20.5, 5, "#fff");
                y += row;
            }
            double bound = scale.At(result.Bounds.Average(figures => figures.Mean));
            for (double dash = top + 22; dash < bottom; dash += 8)
                svg.Line(bound, dash, bound, Math.Min(bottom, dash + 4), width: 1.5);
            top += panel;
        }
        return svg.ToString();
    }

    /// <summary>Units unmet by urgency, of the scarcest regime.</summary>
    public static string Unmet(RegimeResult result)
    {
        const double row = 62;
        var svg = new Svg("Units unmet by urgency", 80 + result.Policies.Count * row + 40);
        svg.Text(Left, 20, $"Units unmet at the end, {result.Regime.Name}", size: 15, bold: true);
        svg.Text(Left, 38, "three bars each: routine (white), soon (grey), urgent (black)", size: 11);
        double bottom = 52 + result.Policies.Count * row;
        var scale = new Scale(0, 100, Left, Right);
        svg.Below(scale, 48, bottom, "per cent of units");
        double y = 52;
        foreach (var policy in result.Policies)
        {
            svg.Text(Left + 2, y + 11, policy.Policy.Title, size: 11);
            foreach (var (urgency, shade) in new[] { (0, "#fff"), (1, "#aaa"), (2, "#222") })
                svg.Bar(
                    Left,
                    y + 16 + urgency * 12,
                    scale.At(100 * policy.Of(run => run.UnmetShare[urgency]).Mean) - Left,
                    11,
                    shade
                );
            y += row;
        }
        return svg.ToString();
    }

    /// <summary>Share served by area, of the scarcest regime: a dot an area.</summary>
    public static string Areas(RegimeResult result)
    {
        const double row = 44;
        var names = Report.AreaNames(result);
        double bottom = 56 + result.Policies.Count * row;
        var svg = new Svg("Share of units served by area", bottom + 40);
        svg.Text(Left, 20, $"Units served by area, {result.Regime.Name}", size: 15, bold: true);
        svg.Text(Left, 38, "a dot an area, mean over the seeds; black: the worst", size: 11);
        var scale = new Scale(0, 100, Left, Right);
        svg.Below(scale, 48, bottom, "per cent of units");
        double y = 56;
        foreach (var policy in result.Policies)
        {
            svg.Text(Left + 2, y + 8, policy.Policy.Title, size: 11);
            double[] shares =
            [
                .. names
                    .Select(name =>
                        policy.Runs.Average(run => run.Areas.First(area => area.Area == name).Served) * 100
                    )
                    .OrderDescending(),
            ];
            for (int area = 0; area < shares.Length; area++)
                svg.Dot(scale.At(shares[area]), y + 22, 5, area == shares.Length - 1 ? "#000" : "#ddd");
            y += row;
        }
        return svg.ToString();
    }

    private static string Shade(PolicyResult policy) => policy.Policy.Name == "shipped" ? "#555" : "#ccc";
}
