using System.Globalization;
using System.Text.RegularExpressions;

namespace MutualAid.Benchmarks;

/// <summary>
/// wrk, a load generator for HTTP in C, as pgbench is one for PostgreSQL: on a machine that all share, a client that took as
/// much time as the service would halve what is measured.
/// </summary>
internal static partial class Wrk
{
    /// <param name="clients">Connections that stay open, each with one request under way at a time.</param>
    /// <param name="script">Lua, with a function <c>request()</c> that makes the next request.</param>
    /// <returns>Answers in a second, and the median and 99th percentile of one answer in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">An answer was not 2xx, or none came: a benchmark of refusals measures nothing.</exception>
    public static async Task<Measured> Run(Uri service, int clients, TimeSpan length, string script)
    {
        string file = Path.Combine(Path.GetTempPath(), $"ma-wrk-{Guid.NewGuid():N}.lua");
        await File.WriteAllTextAsync(file, script);
        try
        {
            string output = await Generator.Run(
                "wrk",
                [
                    "-t",
                    $"{Math.Min(2, clients)}",
                    "-c",
                    $"{clients}",
                    "-d",
                    $"{(int)length.TotalSeconds}s",
                    "--latency",
                    "-s",
                    file,
                    service.ToString(),
                ]
            );
            if (output.Contains("Non-2xx", StringComparison.Ordinal) || Errors().IsMatch(output))
                throw new InvalidOperationException($"not all was answered well: {output}");
            return new Measured(
                double.Parse(PerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
                Milliseconds(output, "50%"),
                Milliseconds(output, "99%")
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    // 812.00us, 6.66ms, 1.02s
    private static double Milliseconds(string output, string percentile)
    {
        var found = Regex.Match(output, $@"{percentile}\s+([0-9.]+)(us|ms|s)");
        double number = double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
        return found.Groups[2].Value switch
        {
            "us" => number / 1000,
            "s" => number * 1000,
            _ => number,
        };
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"Socket errors: .*[1-9]")]
    private static partial Regex Errors();
}
