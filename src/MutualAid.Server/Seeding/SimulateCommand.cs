using System.CommandLine;
using MutualAid.Seed.Simulation;

namespace MutualAid.Server.Seeding;

/// <summary><c>simulate</c>: days of a city under several policies, side by side. Touches no database.</summary>
public static class SimulateCommand
{
    public static Command Make()
    {
        var usual = new SimulationOptions();
        var days = Number(
            "--days",
            "Days in which needs are posted; one more passes after them.",
            usual.Days,
            1,
            60
        );
        var seeds = Number(
            "--seeds",
            "How many seeds, from 1; the intervals are over them.",
            usual.Seeds,
            1,
            1_000
        );
        var fold = Number(
            "--fold",
            "Days of the file that make one day, each call at its hour.",
            usual.Fold,
            1,
            366
        );
        var households = Number(
            "--households-a-day",
            "Households that one giver may open in 24 h.",
            usual.Conditions.HouseholdsADay,
            1,
            1_000
        );
        var regime = Names("--regime", "How scarce givers are", SimulationOptions.RegimeNames);
        var policy = Names("--policy", "What to compare", SimulationOptions.PolicyNames);
        var calls = new Option<FileInfo?>("--calls")
        {
            Description =
                "A CSV of real calls (time_dmy, lat, lon, category) instead of the synthetic city; offers, quantities and answers are drawn.",
        };
        var folder = new Option<DirectoryInfo?>("--out")
        {
            Description = "Where README.md and the pictures go; without it the tables go to standard output.",
        };
        var front = new Option<bool>("--front")
        {
            Description = "Also the planner over a grid of its age and deficit weights (with --out).",
        };
        var reach = new Option<double>("--reach-factor")
        {
            Description = "How many times as far as usual givers carry things.",
            DefaultValueFactory = _ => usual.Conditions.ReachFactor,
        };
        reach.Must<double>(said => said is > 0 and <= 100, "above 0 and at most 100");

        var command = new Command(
            "simulate",
            "Lets days of a city pass under several matching policies and compares them."
        )
        {
            days,
            seeds,
            regime,
            policy,
            calls,
            fold,
            reach,
            households,
            front,
            folder,
        };
        command.SetAction(
            (parsed, stop) =>
                Run(
                    new SimulationOptions
                    {
                        Days = parsed.GetValue(days),
                        Seeds = parsed.GetValue(seeds),
                        Regimes = parsed.GetValue(regime)!,
                        Policies = parsed.GetValue(policy)!,
                        CallsFile = parsed.GetValue(calls)?.FullName,
                        Fold = parsed.GetValue(fold),
                        Front = parsed.GetValue(front),
                        Conditions = new Conditions(parsed.GetValue(reach), parsed.GetValue(households)),
                    },
                    parsed.GetValue(folder)?.FullName,
                    stop
                )
        );
        return command;
    }

    private static Task<int> Run(SimulationOptions options, string? folder, CancellationToken stop)
    {
        try
        {
            DaysComparison.Run(options, folder, Console.WriteLine, Console.Error.WriteLine, stop);
            return Task.FromResult(0);
        }
        catch (CallsFileException e)
        {
            throw new CommandException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The results cannot be written: {e.Message}");
        }
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Between(least, most);
        return option;
    }

    private static Option<string[]> Names(string name, string description, IReadOnlyList<string> all)
    {
        var option = new Option<string[]>(name)
        {
            Description =
                $"{description}: {string.Join(", ", all)}; may be said several times. All when not said.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. all],
        };
        option.AcceptOnlyFromAmong([.. all]);
        return option;
    }
}
