using System.Globalization;
using Microsoft.OData.Edm;
using MutualAid.OData.PostGis.Sql;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>A reader's <c>datetime</c>: an instant or a span (RFC 3339), without end where nothing or <c>..</c> stands.</summary>
internal sealed record OgcTime(DateTimeOffset? From, DateTimeOffset? To)
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH'Z'",
        "yyyy-MM-dd'T'", // GDAL writes a day so
    ];

    /// <exception cref="Refusal">400: it is none.</exception>
    public static OgcTime Read(string text)
    {
        string[] bounds = text.Split('/');
        var time = bounds switch
        {
            [var at] when at is not (".." or "") => new OgcTime(Bound(at, false), Bound(at, true)),
            [var from, var to] => new OgcTime(Bound(from, false), Bound(to, true)),
            _ => throw Wrong(),
        };
        return
            time.From is null && time.To is null && bounds.All(bound => bound.Length == 0)
            || time.From > time.To
            ? throw Wrong()
            : time;
    }

    /// <param name="during">See <see cref="OgcCollection.During"/>.</param>
    public string Sql(string during, SqlParameters parameters) =>
        string.Format(CultureInfo.InvariantCulture, during, Value(From, parameters), Value(To, parameters));

    private static string Value(DateTimeOffset? at, SqlParameters parameters) =>
        at is { } instant
            ? $"{parameters.Add(instant, EdmPrimitiveTypeKind.DateTimeOffset)}::timestamptz"
            : "null::timestamptz";

    // A day lasts from its first moment to its last; the finest that is kept are microseconds.
    private static DateTimeOffset? Bound(string text, bool last)
    {
        if (text is ".." or "")
            return null;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (
            DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, Utc, out var day)
            && (!last || day.Year < 9999)
        )
            return last ? day.AddDays(1).AddMicroseconds(-1) : day;
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, Utc, out var at)
            ? at
            : throw Wrong();
    }

    private static Refusal Wrong() => Refusal.Field("datetime", "ogcTime");
}
