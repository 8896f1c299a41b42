using System.Diagnostics;
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
            var start = new ProcessStartInfo("pgbench")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // The same role and the same settings that the service's connections have.
                Environment = { ["PGOPTIONS"] = "-c jit=off" },
            };
            string seconds = ((int)length.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            foreach (
                string argument in (string[])
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
                        seconds,
                        "-f",
                        file,
                        database,
                    ]
            )
                start.ArgumentList.Add(argument);
            using var pgbench = Process.Start(start)!;
            var errors = pgbench.StandardError.ReadToEndAsync();
            string output = await pgbench.StandardOutput.ReadToEndAsync();
            await pgbench.WaitForExitAsync();
            if (pgbench.ExitCode != 0 || !Tps().IsMatch(output))
                throw new InvalidOperationException($"pgbench failed: {await errors}{output}");
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
