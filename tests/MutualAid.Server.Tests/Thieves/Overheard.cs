using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>
/// The service with everything turned on that an operator could: each line of each log, each tag of each trace and of each
/// measurement is kept.
/// </summary>
public sealed class OverheardFixture(Cluster cluster) : ServiceFixture(cluster)
{
    private readonly ActivityListener traces = new();
    private readonly MeterListener metrics = new();

    public ConcurrentQueue<string> Said { get; } = [];

    // Settings from outside, by category and by provider, down to the one that writes each request's address.
    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(
            new[]
            {
                "LogLevel:Default",
                "LogLevel:Microsoft",
                "LogLevel:Microsoft.AspNetCore",
                "LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics",
                "LogLevel:Microsoft.AspNetCore.Routing",
                "LogLevel:Npgsql",
                "Overheard:LogLevel:Default",
                "Overheard:LogLevel:Microsoft",
                "Overheard:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics",
            }.Select(key => KeyValuePair.Create($"Logging:{key}", (string?)"Trace"))
        );
        builder.Logging.AddProvider(new Keeper(Said));
        Listen();
    }

    public override ValueTask DisposeAsync()
    {
        traces.Dispose();
        metrics.Dispose();
        return base.DisposeAsync();
    }

    private void Listen()
    {
        // The tests' own client traces its addresses too: what System.Net does here is not the service's doing.
        traces.ShouldListenTo = source => !source.Name.Contains("System.Net", StringComparison.Ordinal);
        traces.Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
            ActivitySamplingResult.AllDataAndRecorded;
        traces.ActivityStopped = activity =>
            Said.Enqueue(
                $"trace {activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} "
                    + $"{Written(activity.TagObjects)} {string.Join(' ', activity.Events.Select(one => $"{one.Name} {Written(one.Tags)}"))}"
            );
        ActivitySource.AddActivityListener(traces);
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (!instrument.Meter.Name.Contains("System.Net", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.Start();
    }

    private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Said.Enqueue($"metric {instrument.Name} {Written(tags.ToArray())}");

    private static string Written(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));

    [ProviderAlias("Overheard")]
    private sealed class Keeper(ConcurrentQueue<string> said) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, said);

        public void Dispose() { }

        private sealed class Category(string category, ConcurrentQueue<string> said) : ILogger
        {
            // A scope is written beside each line by whoever writes scopes.
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                said.Enqueue($"scope {category} {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter
            ) =>
                said.Enqueue(
                    $"log {logLevel} {category} {formatter(state, exception)} {exception} "
                        + (state is IEnumerable<KeyValuePair<string, object?>> values ? Written(values) : "")
                );
        }
    }
}
