using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MutualAid.Server.Health;

/// <summary>
/// Keeps what the service's meters, Kestrel's, ASP.NET's and Npgsql's measure, and writes it for Prometheus. Tags that could
/// name a person or grow without bound never become labels: only those listed do.
/// </summary>
public sealed class Measurements : IDisposable
{
    private static readonly string[] Meters =
    [
        "MutualAid",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Npgsql",
        "System.Runtime",
    ];
    private static readonly string[] Labels =
    [
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "state",
        "kind",
        "job",
        "outcome",
        "gc.heap.generation",
    ];

    // Seconds; from a fast read to a request that has waited for a lock.
    private static readonly double[] Bounds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
    ];

    private readonly ConcurrentDictionary<(string Name, string Labels), Series> series = new();
    private readonly MeterListener listener = new();

    public Measurements()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => Record(instrument, value, tags)
        );
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Record(instrument, value, tags)
        );
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) => Record(instrument, value, tags)
        );
        listener.Start();
    }

    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        string? last = null;
        foreach (
            var ((name, labels), one) in series
                .OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Labels, StringComparer.Ordinal)
        )
        {
            if (name != last)
                text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {one.Type}\n");
            last = name;
            one.Write(text, name, labels);
        }
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, tag) in tags)
        {
            if (!Labels.Contains(key))
                continue;
            string written = Convert
                .ToString(tag, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\")
                .Replace("\"", "\\\"")
                .Replace("\n", "\\n");
            labels
                .Append(labels.Length > 0 ? "," : "")
                .Append(key.Replace('.', '_'))
                .Append("=\"")
                .Append(written)
                .Append('"');
        }
        Kind kind = instrument switch
        {
            Histogram<double> or Histogram<long> or Histogram<int> => Kind.Histogram,
            ObservableCounter<long> or ObservableCounter<double> or ObservableCounter<int> => Kind.Total,
            ObservableGauge<long>
            or ObservableGauge<double>
            or ObservableGauge<int>
            or ObservableUpDownCounter<long>
            or ObservableUpDownCounter<int> => Kind.Gauge,
            UpDownCounter<long> or UpDownCounter<int> => Kind.Sum,
            _ => Kind.Counter,
        };
        string name =
            instrument.Name.Replace('.', '_').Replace('-', '_')
            + (instrument.Unit == "s" ? "_seconds" : "")
            + (kind is Kind.Counter or Kind.Total ? "_total" : "");
        series.GetOrAdd((name, labels.ToString()), _ => new Series(kind)).Record(value);
    }

    private enum Kind
    {
        Counter, // what is added up here
        Total, // what the instrument has added up itself
        Sum,
        Gauge,
        Histogram,
    }

    private sealed class Series(Kind kind)
    {
        private readonly Lock gate = new();
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private double sum;
        private long count;

        public string Type =>
            kind switch
            {
                Kind.Counter or Kind.Total => "counter",
                Kind.Histogram => "histogram",
                _ => "gauge",
            };

        public void Record(double value)
        {
            lock (gate)
            {
                count++;
                sum = kind is Kind.Gauge or Kind.Total ? value : sum + value;
                if (kind == Kind.Histogram)
                {
                    int at = Array.FindIndex(Bounds, bound => value <= bound);
                    buckets[at < 0 ? Bounds.Length : at]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                string braces = labels.Length > 0 ? $"{{{labels}}}" : "";
                if (kind != Kind.Histogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {sum}\n");
                    return;
                }
                string comma = labels.Length > 0 ? "," : "";
                long below = 0;
                for (int i = 0; i <= Bounds.Length; i++)
                {
                    below += buckets[i];
                    string bound =
                        i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {below}\n"
                    );
                }
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{name}_sum{braces} {sum}\n{name}_count{braces} {count}\n"
                );
            }
        }
    }
}
