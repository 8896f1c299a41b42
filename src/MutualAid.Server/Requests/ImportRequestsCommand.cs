using System.CommandLine;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;

namespace MutualAid.Server.Requests;

/// <summary><c>import-requests FILE.csv</c>: needs that were gathered elsewhere.</summary>
public static class ImportRequestsCommand
{
    public static Command Make()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "CSV in UTF-8 with a header." };
        var map = Many("--map", $"FIELD=COLUMN. Fields: {string.Join(", ", RequestImportOptions.Fields)}.");
        var value = Many(
            "--value",
            "FIELD:TEXT=VALUE: a field with this text in it means this value; the first that fits counts."
        );
        var defaults = Many("--default", "FIELD=VALUE, for what is empty or that no --value fits.");
        var source = new Option<string?>("--source")
        {
            Description =
                "Where the rows come from; the file's name when not said. Nothing of one source is imported twice.",
        };
        var format = new Option<string?>("--date-format")
        {
            Description = "Of time, such as \"dd/MM/yyyy HH:mm\"; ISO 8601 when not said.",
        };
        var timeZone = new Option<string>("--time-zone")
        {
            Description = "Of time.",
            DefaultValueFactory = _ => "Asia/Ho_Chi_Minh",
        };
        var expiresIn = new Option<string?>("--expires-in")
        {
            Description =
                "How long the requests live from now: 12h, 3d; else the category's time from when they were made.",
        };
        var report = new Option<FileInfo?>("--errors")
        {
            Description = "Where to write the rows that are left out, instead of standard error.",
        };

        var command = new Command("import-requests", "Brings requests from a CSV.")
        {
            file,
            map,
            value,
            defaults,
            source,
            format,
            timeZone,
            expiresIn,
            report,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                var settings = Commands.ReadSettings();
                var from = parsed.GetRequiredValue(file);
                if (!from.Exists)
                    throw new ImportException($"{from.FullName} does not exist.");
                string zone = parsed.GetRequiredValue(timeZone);
                var options = new RequestImportOptions(
                    parsed.GetValue(source) ?? Path.GetFileNameWithoutExtension(from.Name),
                    Pairs("--map", parsed.GetValue(map))
                )
                {
                    Defaults = Pairs("--default", parsed.GetValue(defaults)),
                    Values = [.. (parsed.GetValue(value) ?? []).Select(Rule)],
                    TimeFormat = parsed.GetValue(format),
                    TimeZone = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
                        ? found
                        : throw new ImportException(
                            $"--time-zone {zone} is not known; names are like Asia/Ho_Chi_Minh."
                        ),
                    ExpiresIn = parsed.GetValue(expiresIn) is { } span
                        ? RequestImportOptions.Span(span)
                        : null,
                };
                await new Migrator(settings.DirectDatabase, Console.Error.WriteLine).Run(stop);
                await using var stream = from.OpenRead();
                var result = await new RequestImport(
                    settings,
                    TimeProvider.System,
                    Console.Error.WriteLine
                ).Run(stream, options, stop);
                if (parsed.GetValue(report) is { } to)
                    await File.WriteAllLinesAsync(
                        to.FullName,
                        result.Problems.Select(problem => problem.ToString()),
                        stop
                    );
                else
                    foreach (var problem in result.Problems)
                        await Console.Error.WriteLineAsync(problem.ToString());
                await Console.Error.WriteLineAsync(
                    $"requests: {result.Imported:N0} imported, {result.KnownBefore:N0} known before, {result.Problems.Count:N0} left out"
                );
                return result.Problems.Count == 0 ? 0 : 2;
            }
        );
        return command;
    }

    private static Option<string[]> Many(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static Dictionary<string, string> Pairs(string option, string[]? texts)
    {
        var pairs = new Dictionary<string, string>();
        foreach (string text in texts ?? [])
            if (text.Split('=', 2) is not [{ Length: > 0 } field, { Length: > 0 } value])
                throw new ImportException($"{option} {text}: write it as FIELD=VALUE.");
            else if (!pairs.TryAdd(field, value))
                throw new ImportException($"{option}: {field} is said twice.");
        return pairs;
    }

    // The last = divides, since a text of a file may have one and a code has none.
    private static ValueRule Rule(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int equals = text.LastIndexOf('=');
        return colon > 0 && equals > colon + 1 && equals < text.Length - 1
            ? new ValueRule(text[..colon], text[(colon + 1)..equals], text[(equals + 1)..])
            : throw new ImportException($"--value {text}: write it as FIELD:TEXT=VALUE.");
    }
}
