using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Journey;

/// <summary>The README's lines, run as they stand by bash, curl and jq, against a service with rounds on and the real clock.</summary>
public sealed class ReadmeJourneyTests(JourneyFixture service) : IClassFixture<JourneyFixture>
{
    [Fact]
    public async Task the_readmes_journey_runs_as_it_stands_and_every_step_says_what_the_readme_says()
    {
        string[] said = await RunReadme();

        // The lines that jq prints, in the README's order.
        var food = JsonDocument.Parse(said[1]).RootElement;
        Assert.Equal(("open", 1, 4), Count(food));
        var offer = JsonDocument.Parse(said[2]).RootElement;
        Assert.Equal(3000, offer.GetProperty("reach").GetInt32());
        var proposal = JsonDocument.Parse(said[3]).RootElement;
        Assert.Equal("proposed", proposal.GetProperty("status").GetString());
        Assert.Equal(4, proposal.GetProperty("units").GetInt32());
        Assert.True(proposal.GetProperty("reasons").GetArrayLength() > 0, "a proposal says why");
        Assert.Contains("\"accepted\"", said[4], StringComparison.Ordinal);
        Assert.Contains("12 ngõ 3, phố Mẫu", said[5], StringComparison.Ordinal);
        Assert.Contains(
            "0903111222",
            said[5].Replace("+84", "0", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains("giver", said[6], StringComparison.Ordinal);
        Assert.Contains("onTheWay", said[7], StringComparison.Ordinal);
        Assert.Equal("""{"status":"delivered","units":3}""", said[8]);
        Assert.Equal("""{"status":"confirmed","units":1}""", said[9]);
        Assert.Contains("\"failed\"", said[10], StringComparison.Ordinal);
        var request = JsonDocument.Parse(said[11]).RootElement;
        Assert.Equal(1, request.GetProperty("delivered").GetInt32());
        Assert.Equal(3, request.GetProperty("unmet").GetInt32() + request.GetProperty("promised").GetInt32());
        Assert.Equal(("open", 1, 3), Count(JsonDocument.Parse(said[12]).RootElement));

        await using var connection = new NpgsqlConnection(service.ConnectionString);
        await connection.OpenAsync();
        Assert.Empty(await Invariants.Violations(connection));
        Assert.Equal(
            1,
            await connection.ExecuteScalarAsync<int>("select count(*) from access_log where what = 'contact'")
        );
        Assert.Equal(3, await connection.ExecuteScalarAsync<int>("select count(*) from request"));
    }

    private static (string?, int, int) Count(JsonElement live) =>
        (
            live.GetProperty("status").GetString(),
            live.GetProperty("requests").GetInt32(),
            live.GetProperty("unmet").GetInt32()
        );

    private async Task<string[]> RunReadme()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(Repository(), "README.md"));
        string lines = readme
            .Split("<!-- journey: begin -->")[1]
            .Split("<!-- journey: end -->")[0]
            .Replace("```bash", "")
            .Replace("```", "");
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SERVICE"] = service.Address.ToString().TrimEnd('/');
        start.Environment["MESSAGES"] = service.MessagesFile;
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync("set -eu -o pipefail\n" + lines);
        bash.StandardInput.Close();
        var errors = bash.StandardError.ReadToEndAsync();
        string output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, $"exit {bash.ExitCode}\n{output}\n{await errors}");
        // The first answer is pretty-printed over several lines; the rest is one line a step.
        int end = output.IndexOf("}\n", StringComparison.Ordinal) + 2;
        return [output[..end], .. output[end..].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MutualAid.sln")))
            folder =
                folder.Parent
                ?? throw new InvalidOperationException("the repository's root is not above the tests");
        return folder.FullName;
    }
}
