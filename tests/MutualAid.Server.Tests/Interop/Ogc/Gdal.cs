using System.Diagnostics;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>GDAL's programs: somebody else's reading of the same standard.</summary>
internal static class Gdal
{
    public static bool Here { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "ogrinfo")));

    /// <summary>What it printed; it must end well.</summary>
    public static async Task<string> Run(string program, string typed, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await process.StandardInput.WriteLineAsync(typed);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        string told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors + told);
        return told;
    }
}
