using System.Globalization;
using System.Text;

namespace MutualAid.Seed.Simulation;

/// <summary>The tables, as Markdown.</summary>
internal sealed class Report
{
    private readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    public void Line(string line = "") => text.Append(line).Append('\n');

    public void Regime(RegimeResult result)
    {
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"## {Capital(result.Regime.Name)}: {result.Regime.GiversPerHundred} givers for a hundred needs a day"
            )
        );
        Line();
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Needs:F0} needs of {result.Units:F0} units, {result.Givers:F0} givers, {result.Bounds.Count} seeds."
            )
        );
        Line();
        Times(result);
        Fairness(result);
        Differences(result);
    }

    // Pairs of runs on the same people: what they have in common cancels, so that smaller differences show than by the intervals above.
    private void Differences(RegimeResult result)
    {
        if (result.Policies.FirstOrDefault(policy => policy.Policy.Name == "shipped") is not { } shipped)
            return;
        var others = result
            .Policies.Where(policy => policy.Policy.Name is "oldest" or "shortest" or "optimal")
            .ToArray();
        if (others.Length == 0)
            return;
        Line(
            "| shipped less …, the same seeds | mean h | p95 h | urgent, mean h | gap, served | gap, mean h |"
        );
        Line("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var other in others)
        {
            Estimate Less(Func<RunFigures, double> figure) =>
                Estimate.Of([.. shipped.Runs.Zip(other.Runs, (run, than) => figure(run) - figure(than))]);
            Row(
                other.Policy.Title,
                Number(Less(run => run.Mean), "F2"),
                Number(Less(run => run.P95), "F2"),
                Number(Less(run => run.UrgentMean), "F2"),
                Percent(Less(run => run.ServedGap)),
                Number(Less(run => run.MeanGap), "F2")
            );
        }
        Line();
    }

    private void Times(RegimeResult result)
    {
        Line("| time to help, hours | mean | of oldest first's | median | p90 | p95 | max | urgent, mean |");
        Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var oldest = result.Policies.FirstOrDefault(policy => policy.Policy.Name == "oldest");
        foreach (var policy in result.Policies)
            Row(
                policy.Policy.Title,
                Hours(policy.Of(run => run.Mean)),
                oldest is null
                    ? "–"
                    : Percent(
                        Estimate.Of([.. policy.Runs.Zip(oldest.Runs, (run, old) => run.Mean / old.Mean)])
                    ),
                Hours(policy.Of(run => run.Median)),
                Hours(policy.Of(run => run.P90)),
                Hours(policy.Of(run => run.P95)),
                Hours(policy.Of(run => run.Longest)),
                Hours(policy.Of(run => run.UrgentMean))
            );
        Estimate Bound(Func<BoundFigures, double> figure) => Estimate.Of([.. result.Bounds.Select(figure)]);
        Row(
            "*no policy is below*",
            Hours(Bound(bound => bound.Mean)),
            oldest is null
                ? "–"
                : Percent(
                    Estimate.Of([.. result.Bounds.Zip(oldest.Runs, (bound, old) => bound.Mean / old.Mean)])
                ),
            Hours(Bound(bound => bound.Median)),
            Hours(Bound(bound => bound.P90)),
            Hours(Bound(bound => bound.P95)),
            Hours(Bound(bound => bound.Longest)),
            "–"
        );
        Line();
    }

    private void Fairness(RegimeResult result)
    {
        Line(
            "| | units unmet | routine | soon | urgent | asks a help | most helps of a giver | Gini | worst area served | gap, served | gap, mean h | gap, p90 h |"
        );
        Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var policy in result.Policies)
            Row(
                policy.Policy.Title,
                Percent(policy.Of(run => run.UnmetShare[3])),
                Percent(policy.Of(run => run.UnmetShare[0])),
                Percent(policy.Of(run => run.UnmetShare[1])),
                Percent(policy.Of(run => run.UnmetShare[2])),
                Number(policy.Of(run => run.AsksPerHelp), "F2"),
                Number(policy.Of(run => run.MostLoad), "F0"),
                Number(policy.Of(run => run.Gini), "F2"),
                Percent(policy.Of(run => run.WorstServed)),
                Percent(policy.Of(run => run.ServedGap)),
                Hours(policy.Of(run => run.MeanGap)),
                Hours(policy.Of(run => run.P90Gap))
            );
        Line();
    }

    /// <summary>Areas that had enough needs with every seed: share of units served and p90, means over the seeds.</summary>
    public void Areas(RegimeResult result)
    {
        Line($"### By area, {result.Regime.Name}");
        Line();
        Line(
            $"| area | needs | {string.Join(" | ", result.Policies.Select(policy => policy.Policy.Name))} |"
        );
        Line($"| --- | ---: |{string.Concat(Enumerable.Repeat(" ---: |", result.Policies.Count))}");
        foreach (string area in AreaNames(result))
        {
            AreaFigures[] Of(PolicyResult policy) =>
                [.. policy.Runs.Select(run => run.Areas.First(figures => figures.Area == area))];
            Row([
                area,
                Of(result.Policies[0])
                    .Average(figures => figures.Needs)
                    .ToString("F0", CultureInfo.InvariantCulture),
                .. result.Policies.Select(policy =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Of(policy).Average(figures => figures.Served):P0}, {Of(policy).Average(figures => figures.P90):F0} h"
                    )
                ),
            ]);
        }
        Line();
    }

    public static IReadOnlyList<string> AreaNames(RegimeResult result) =>
        [
            .. result
                .Policies[0]
                .Runs.SelectMany(run => run.Areas.Select(area => area.Area))
                .GroupBy(area => area)
                .Where(area => area.Count() == result.Bounds.Count)
                .Select(area => area.Key)
                .Order(StringComparer.Ordinal),
        ];

    private void Row(params IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    private static string Hours(Estimate estimate) => Number(estimate, "F1");

    private static string Percent(Estimate estimate) =>
        Number(new Estimate(estimate.Mean * 100, estimate.Half * 100), "F1") + " %";

    private static string Number(Estimate estimate, string format)
    {
        string mean = estimate.Mean.ToString(format, CultureInfo.InvariantCulture);
        return double.IsNaN(estimate.Half)
            ? mean
            : $"{mean} ± {estimate.Half.ToString(format, CultureInfo.InvariantCulture)}";
    }

    public static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
