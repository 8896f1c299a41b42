using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MutualAid.Server.Tests;

/// <summary>Keeps what the service logs, or one class of it, with everything that a logger of any kind could write of it.</summary>
internal sealed class LoggedLines(string? category = null) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = [];

    /// <summary>Level, text and exception, in the order of their coming.</summary>
    public IReadOnlyList<string> All => [.. lines];

    public ILogger CreateLogger(string categoryName) =>
        category is null || categoryName == category
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}".TrimEnd());

    public void Dispose() { }
}
