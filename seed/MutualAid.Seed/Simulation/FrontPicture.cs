using System.Globalization;

namespace MutualAid.Seed.Simulation;

/// <summary>Mean against p95 and against the gap between areas, over the grid of weights.</summary>
internal static class FrontPicture
{
    private const double Left = 44;
    private const double Right = Svg.Width - 16;
    private const double Panel = 300;

    public static string Draw(RegimeResult result)
    {
        var svg = new Svg("Mean, p95 and gap between areas over the weights", 2 * (Panel + 60) + 96);
        svg.Text(12, 20, $"Age and deficit weights, {result.Regime.Name}", size: 15, bold: true);
        svg.Text(12, 38, "number: AgeWeight · mark: DeficitSeconds, circle 0,", size: 11);
        svg.Text(12, 52, "square 200,000, triangle 600,000 · black diamond: shipped", size: 11);
        svg.Text(12, 66, "O oldest first, S shortest first · left and low is better", size: 11);
        Scatter(svg, result, 92, "p95 of the time to help, hours", run => run.P95);
        Scatter(svg, result, 92 + Panel + 70, "worst less best area's mean time, hours", run => run.MeanGap);
        return svg.ToString();
    }

    private static void Scatter(
        Svg svg,
        RegimeResult result,
        double top,
        string unit,
        Func<RunFigures, double> figure
    )
    {
        double bottom = top + Panel;
        double Mean(PolicyResult policy) => policy.Of(run => run.Mean).Mean;
        double Other(PolicyResult policy) => policy.Of(figure).Mean;
        var across = Scale.Around([.. result.Policies.Select(Mean)], Left, Right);
        var up = Scale.Around([.. result.Policies.Select(Other)], bottom, top + 4);
        svg.Below(across, top + 4, bottom, "mean time to help, hours");
        svg.Beside(up, Left, Right, unit);
        foreach (var policy in result.Policies)
        {
            double x = across.At(Mean(policy));
            double y = up.At(Other(policy));
            switch (policy.Policy.Name)
            {
                case "shipped":
                    svg.Diamond(x, y, 8, "#000");
                    continue;
                case "oldest":
                case "shortest":
                    svg.Text(x, y + 5, policy.Policy.Name == "oldest" ? "O" : "S", "middle", 14, bold: true);
                    continue;
            }
            string[] parts = policy.Policy.Name.Split('/');
            int mark = Array.IndexOf(
                FrontGrid.DeficitSeconds,
                double.Parse(parts[1], CultureInfo.InvariantCulture)
            );
            Action<double, double, double, string> draw = mark switch
            {
                0 => svg.Dot,
                1 => svg.Square,
                _ => svg.Triangle,
            };
            draw(x, y, 4, "#ccc");
            svg.Text(x + 6, y - 3, parts[0], size: 10);
        }
    }
}
