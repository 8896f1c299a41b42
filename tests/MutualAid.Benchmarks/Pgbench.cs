using System.Globalization;
using System.Text.RegularExpressions;

namespace MutualAid.Benchmarks;

/// <summary>PostgreSQL's own load generator, given the statements that the service sends.</summary>
internal static partial class Pgbench
{
    /// <param name="script">pgbench's language; statements with <c>:name</c> for a variable.</param>
    public static async Task<Measured> Run(
        string socketFolder,
        string database,
        string user,
        int clients,
        TimeSpan length,
        string script
    )
    {
        string file = Path.Combine(Path.GetTempPath(), $"ma-pgbench-{Guid.NewGuid():N}.sql");
        await File.WriteAllTextAsync(file, script);
        try
        {
            string output = await Generator.Run(
                "pgbench",
                [
                    "-n",
                    "-M",
                    "prepared",
                    "-h",
                    socketFolder,
                    "-U",
                    user,
                    "-c",
                    $"{clients}",
                    "-j",
                    "2",
                    "-T",
                    ((int)length.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                    "-f",
                    file,
                    database,
                ],
                // The same settings that the service's connections have.
                ("PGOPTIONS", "-c jit=off")
            );
            if (!Tps().IsMatch(output))
                throw new InvalidOperationException($"pgbench said: {output}");
            return new Measured(Number(Tps(), output), Number(Latency(), output), double.NaN);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Dapper's <c>@name</c> as pgbench's <c>:name</c>; casts (<c>::</c>) stay.</summary>
    public static string Variables(string sql) => Parameter().Replace(sql, ":$1");

    private static double Number(Regex pattern, string output) =>
        double.Parse(pattern.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();

    [GeneratedRegex(@"latency average = ([0-9.]+)")]
    private static partial Regex Latency();

    [GeneratedRegex(@"@([A-Za-z_]+)")]
    private static partial Regex Parameter();
}
