using System.CommandLine;
using MutualAid.Server.Database;

namespace MutualAid.Server.Areas;

/// <summary><c>import-areas FILE.geojson</c>: real areas and their boundaries.</summary>
public static class ImportAreasCommand
{
    public static Command Make()
    {
        var file = new Argument<FileInfo>("FILE")
        {
            Description = "A GeoJSON FeatureCollection, longitude first (RFC 7946).",
        };
        var code = new Option<string>("--code")
        {
            Description = "The property with an area's code.",
            Required = true,
        };
        var name = new Option<string>("--name")
        {
            Description = "The property with its name.",
            Required = true,
        };
        var level = new Option<string>("--level")
        {
            Description = $"One of {string.Join(", ", AreaImportOptions.Levels)}.",
            Required = true,
        };
        var parent = new Option<string?>("--parent")
        {
            Description = "The property with the code of the area above.",
        };
        var parentName = new Option<string?>("--parent-name")
        {
            Description = "The property with the name of the area above.",
        };
        var parentLevel = new Option<string?>("--parent-level")
        {
            Description = "The level of the area above.",
        };
        var root = new Option<string?>("--root")
        {
            Description = "The name of the area above all of them: pairs never cross it.",
        };
        var rootCode = new Option<string?>("--root-code") { Description = "Its code." };
        var rootLevel = new Option<string?>("--root-level")
        {
            Description = "Its level; province when not said.",
        };
        var timeZone = new Option<string?>("--time-zone")
        {
            Description = "Of the root: Asia/Ho_Chi_Minh when not said.",
        };
        var cell = new Option<int?>("--cell")
        {
            Description = "Metres of the grid cell that public locations are told by; 250 when not said.",
        };
        var population = new Option<string?>("--population")
        {
            Description = "The property with how many people live there.",
        };
        var keep = new Option<bool>("--keep")
        {
            Description =
                "Leave areas of this level as they are when the file lacks them; else they end today.",
        };

        var command = new Command("import-areas", "Brings areas and their boundaries from GeoJSON.")
        {
            file,
            code,
            name,
            level,
            parent,
            parentName,
            parentLevel,
            root,
            rootCode,
            rootLevel,
            timeZone,
            cell,
            population,
            keep,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var settings = Commands.ReadSettings();
                var source = parsed.GetRequiredValue(file);
                if (!source.Exists)
                    throw new ImportException($"{source.FullName} does not exist.");
                await new Migrator(settings.DirectDatabase, Console.Error.WriteLine).Run(stop);
                await using var stream = source.OpenRead();
                var result = await new AreaImport(settings, TimeProvider.System, Console.Error.WriteLine).Run(
                    stream,
                    new AreaImportOptions(
                        parsed.GetRequiredValue(code),
                        parsed.GetRequiredValue(name),
                        parsed.GetRequiredValue(level),
                        parsed.GetValue(parent),
                        parsed.GetValue(parentName),
                        parsed.GetValue(parentLevel),
                        parsed.GetValue(root),
                        parsed.GetValue(rootCode),
                        parsed.GetValue(rootLevel),
                        parsed.GetValue(timeZone),
                        parsed.GetValue(cell),
                        parsed.GetValue(keep),
                        parsed.GetValue(population)
                    ),
                    stop
                );
                foreach (string problem in result.Problems)
                    await Console.Error.WriteLineAsync(problem);
                await Console.Error.WriteLineAsync(
                    $"areas: {result.Added:N0} added, {result.Updated:N0} updated, {result.Unchanged:N0} as they were, {result.Ended:N0} ended, {result.Problems.Count:N0} left out"
                );
                // What could be read is in; whoever runs this unattended should still look.
                return result.Problems.Count == 0 ? 0 : 2;
            }
        );
        return command;
    }
}
