using System.Diagnostics;
using System.Globalization;
using MutualAid.Seed.Repeats;
using MutualAid.Server;
using MutualAid.Server.Database;
using MutualAid.Server.Teams.Duplicates;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>The labelled needs, posted all at once, compared by the sweep as it is, judged by their labels.</summary>
internal static class DuplicatesBenchmark
{
    public static async Task<int> Run()
    {
        var settings = Settings.FromEnvironment(Environment.GetEnvironmentVariable);
        var needs = LabelledNeeds.Make();
        await LabelledWorld.Write(settings.Database, settings, needs);
        await using var database = new ServiceDatabase(settings);
        var took = Stopwatch.StartNew();
        await new FindDuplicates(database).Sweep(needs[0].At, CancellationToken.None);
        took.Stop();

        Console.WriteLine("| half | repeats | suggested | right | precision | recall |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        bool met = true;
        foreach (bool held in new[] { false, true })
        {
            var judged = await LabelledWorld.Judge(settings.Database, needs, held);
            Say(
                $"| {(held ? "held out" : "training")} | {judged.Repeats} | {judged.Suggested} | {judged.Right} | {judged.Precision:0.000} | {judged.Recall:0.000} |"
            );
            met &= !held || (judged.Precision >= 0.9 && judged.Recall >= 0.8);
        }
        Console.WriteLine();
        Say(
            $"{took.Elapsed.TotalMilliseconds / needs.Count:0.00} ms a need ({needs.Count} needs in {took.Elapsed.TotalSeconds:0.0} s)"
        );
        await Missed(settings, needs);
        Console.WriteLine(
            met
                ? "Met: precision ≥ 0.9 at recall ≥ 0.8 on the half held out."
                : "NOT met: precision ≥ 0.9 at recall ≥ 0.8 on the half held out."
        );
        return met ? 0 : 1;
    }

    // What the wrong suggestions are: the kind of the need that was taken for a repeat.
    private static async Task Missed(Settings settings, IReadOnlyList<LabelledNeed> needs)
    {
        var right = LabelledNeeds
            .Pairs(needs)
            .Select(pair => (pair.First.Number, pair.Later.Number))
            .ToHashSet();
        var wrong = new Dictionary<string, int>();
        await using var source = NpgsqlDataSource.Create(settings.Database);
        await using var command = source.CreateCommand(
            "select other_id, request_id from duplicate_suggestion"
        );
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var (first, later) = (LabelledWorld.Number(row.GetGuid(0)), LabelledWorld.Number(row.GetGuid(1)));
            if (right.Contains((first, later)))
                continue;
            string kind = string.Join(" and ", new[] { needs[first].Kind, needs[later].Kind }.Order());
            wrong[kind] = wrong.GetValueOrDefault(kind) + 1;
        }
        Console.WriteLine(
            $"Wrong, by kind: {string.Join(", ", wrong.OrderByDescending(one => one.Value).Select(one => $"{one.Key} {one.Value}"))}"
        );
        Console.WriteLine();
    }

    private static void Say(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
