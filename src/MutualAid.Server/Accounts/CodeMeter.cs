using System.Diagnostics.Metrics;

namespace MutualAid.Server.Accounts;

/// <summary>What <c>/metrics</c> tells about sign-in codes: asked for by what came of it, used, and how this server last found the whole.</summary>
internal static class CodeMeter
{
    private static readonly Meter Meter = new("MutualAid");
    private static readonly Counter<long> Asked = Meter.CreateCounter<long>("mutualaid.codes");
    private static readonly Counter<long> Used = Meter.CreateCounter<long>("mutualaid.codes.used");
    private static CodeFigures last = new();

    static CodeMeter()
    {
        Meter.CreateObservableGauge("mutualaid.codes.alarm", () => last.Alarm ? 1 : 0);
        Meter.CreateObservableGauge("mutualaid.codes.spent", () => last.SentToday);
        Meter.CreateObservableGauge(
            "mutualaid.codes.used_percent",
            () => last.Sent == 0 ? 100 : 100.0 * last.Used / last.Sent
        );
    }

    public static void CountAsked(CodeShare share) =>
        Asked.Add(1, new KeyValuePair<string, object?>("outcome", Word(share)));

    public static void CountUsed(int codes) => Used.Add(codes);

    public static void Seen(CodeFigures figures) => Volatile.Write(ref last, figures);

    public static string Word(CodeShare share) =>
        share switch
        {
            CodeShare.Open => "open",
            CodeShare.Quiet => "quiet",
            CodeShare.Account => "account",
            _ => "refused",
        };
}
