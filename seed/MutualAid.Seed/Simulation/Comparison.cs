using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>Runs every policy on the same days and gathers what came of it.</summary>
internal sealed class Comparison(SimulationOptions options, Action<string> tell)
{
    // Two at once: more would leave nothing for whoever shares the machine.
    private const int AtOnce = 2;

    /// <summary>What was read, when there is a file.</summary>
    public Calls? Calls { get; } = options.CallsFile is { } file ? CallsFile.Read(file) : null;

    public IReadOnlyList<RegimeResult> Run(CancellationToken stop)
    {
        var regimes = Regime.All.Where(regime => options.Regimes.Contains(regime.Name)).ToArray();
        var policies = NamedPolicy.All.Where(policy => options.Policies.Contains(policy.Name)).ToArray();
        return [.. regimes.Select(regime => Run(regime, policies, stop))];
    }

    /// <summary>The planner over a grid of its two fairness weights, in the scarcest of the regimes.</summary>
    public RegimeResult RunFront(CancellationToken stop) =>
        Run(Regime.All.Last(regime => options.Regimes.Contains(regime.Name)), FrontGrid.Policies, stop);

    private RegimeResult Run(Regime regime, IReadOnlyList<NamedPolicy> policies, CancellationToken stop)
    {
        var draw = Draw();
        var runs = new RunFigures[policies.Count][];
        for (int policy = 0; policy < policies.Count; policy++)
            runs[policy] = new RunFigures[options.Seeds];
        var bounds = new BoundFigures[options.Seeds];
        var (needs, units, givers) = (new int[options.Seeds], new int[options.Seeds], new int[options.Seeds]);
        Parallel.For(
            0,
            options.Seeds,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            seed =>
            {
                var scenario = draw(seed + 1, options.Days, regime, options.Conditions);
                (needs[seed], givers[seed]) = (scenario.Needs.Count, scenario.Givers.Count);
                units[seed] = scenario.Needs.Sum(need => need.Quantity);
                bounds[seed] = BoundFigures.Of(
                    new ClairvoyantBound(scenario, new CostOptions().MetresPerSecond)
                );
                for (int policy = 0; policy < policies.Count; policy++)
                {
                    stop.ThrowIfCancellationRequested();
                    runs[policy][seed] = new DaysSimulation(scenario, policies[policy].Make()).Run();
                }
                tell($"{regime.Name}, seed {seed + 1}: {policies.Count} policies");
            }
        );
        return new RegimeResult(
            regime,
            needs.Average(),
            units.Average(),
            givers.Average(),
            [.. policies.Zip(runs, (policy, figures) => new PolicyResult(policy, figures))],
            bounds
        );
    }

    private Func<long, int, Regime, Conditions, Scenario> Draw() =>
        Calls is { } calls ? new CalledDays(calls, options.Fold).Draw : new SyntheticDays().Draw;
}

/// <summary>Needs, units and givers are means over the seeds.</summary>
internal sealed record RegimeResult(
    Regime Regime,
    double Needs,
    double Units,
    double Givers,
    IReadOnlyList<PolicyResult> Policies,
    IReadOnlyList<BoundFigures> Bounds
);

/// <summary>One policy's runs, one a seed.</summary>
internal sealed record PolicyResult(NamedPolicy Policy, IReadOnlyList<RunFigures> Runs)
{
    public Estimate Of(Func<RunFigures, double> figure) => Estimate.Of([.. Runs.Select(figure)]);
}

/// <summary>What no policy can do better than, of one seed; hours.</summary>
internal sealed record BoundFigures(
    double Mean,
    double Median,
    double P90,
    double P95,
    double Longest,
    double UnmetShare
)
{
    public static BoundFigures Of(ClairvoyantBound bound) =>
        new(
            bound.MeanHours,
            Quantile.Of(bound.Earliest, 0.5),
            Quantile.Of(bound.Earliest, 0.9),
            Quantile.Of(bound.Earliest, 0.95),
            bound.Earliest.DefaultIfEmpty().Max(),
            bound.UnmetShare
        );
}

/// <summary>A mean over seeds and half the width of its 95 % confidence interval (not a number for one seed).</summary>
internal readonly record struct Estimate(double Mean, double Half)
{
    public static Estimate Of(IReadOnlyList<double> values) =>
        new(values.Average(), Quantile.HalfInterval(values));
}
