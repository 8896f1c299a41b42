using System.Diagnostics;

namespace MutualAid.Server.Tests.Storm;

/// <summary>A server of its own process on the fixture's database, to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Serves = "MutualAid serves ";

    private readonly Process process;
    private readonly TaskCompletionSource<Uri> address = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <param name="more">Further variables.</param>
    public ServerProcess(Settings settings, params (string Name, string Value)[] more)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "mutualaid.dll"), "serve" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["MUTUALAID_DATABASE"] = settings.Database,
                ["MUTUALAID_DATABASE_DIRECT"] = settings.DirectDatabase,
                ["MUTUALAID_SECRET"] = Convert.ToBase64String(settings.Secret),
                ["MUTUALAID_MESSAGES"] = settings.Messages,
                ["MUTUALAID_URLS"] = "http://127.0.0.1:0",
                ["MUTUALAID_JOBS"] = "off",
            },
        };
        foreach (var (name, value) in more)
            start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it printed last.</summary>
    public string Said { get; private set; } = "";

    /// <summary>Where it serves, as soon as it does.</summary>
    public Task<Uri> Address => address.Task;

    /// <summary>Its memory now, in bytes (VmRSS).</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Whether it leads the matching now.</summary>
    public bool Leads { get; private set; }

    /// <summary>Whether it has written a round's proposals.</summary>
    public bool HasProposed { get; private set; }

    public bool HasExited => process.HasExited;

    /// <summary>Waits for its own end, and for the last of what it says.</summary>
    public Task Ended(TimeSpan atMost) =>
        process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(atMost);

    /// <summary>At once, in the middle of whatever it does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        Said = line;
        if (line.StartsWith(Serves, StringComparison.Ordinal))
            address.TrySetResult(new Uri(line[Serves.Length..].Split(' ')[0]));
        HasProposed |= line.Contains(" proposals of ", StringComparison.Ordinal);
        Leads |= line.Contains("this server matches now", StringComparison.Ordinal);
    }
}
