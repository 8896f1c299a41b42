using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MutualAid.OData.PostGis.Tests;

/// <summary>Hears what Npgsql says: the text of every statement, before it is sent. Parameters' values are not in it.</summary>
public sealed class StatementLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> lines = [];

    /// <summary>What was said since the last call.</summary>
    public IReadOnlyList<string> Taken()
    {
        var taken = new List<string>();
        while (lines.TryDequeue(out string? line))
            taken.Add(line);
        return taken;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => lines.Enqueue(formatter(state, exception));
}
