using System.Globalization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>Where, as a form without script asks it: a ward by name, or longitude and latitude.</summary>
public sealed record PlaceAsked
{
    /// <summary>The point (degrees), when it is clear.</summary>
    public (double Lon, double Lat)? Point { get; private init; }

    /// <summary>The ward that was named, when it is clear which.</summary>
    public Ward? Ward { get; private init; }

    /// <summary>To choose from, when the name does not say which.</summary>
    public IReadOnlyList<Ward> Choices { get; private init; } = [];

    public IReadOnlyList<FieldError> Errors { get; private init; } = [];

    /// <inheritdoc cref="Read(PostedForm, NpgsqlConnection, CancellationToken)"/>
    public static Task<PlaceAsked> Read(PostedForm form, PublicDatabase database, CancellationToken stop) =>
        database.Read(reader: null, (connection, stop) => Read(form, connection, stop), stop);

    /// <summary>Reads <c>ward</c> (what was typed), <c>wardId</c> (what was picked), <c>lon</c> and <c>lat</c>; coordinates go first, being finer.</summary>
    public static async Task<PlaceAsked> Read(
        PostedForm form,
        NpgsqlConnection connection,
        CancellationToken stop
    )
    {
        if (form["lon"] is not null || form["lat"] is not null)
            return Coordinates(form["lon"], form["lat"]);
        if (form["ward"] is not { Length: <= 100 } name)
            return Wrong("ward", "required");
        var wards = await Wards.Named(connection, name, stop);
        var picked =
            wards.Count == 1 ? wards[0]
            : Guid.TryParse(form["wardId"], out var id) ? wards.FirstOrDefault(ward => ward.Id == id)
            : null;
        if (picked is not null)
            return new PlaceAsked
            {
                Ward = picked,
                Point = (picked.Lon, picked.Lat),
                Choices = wards.Count > 1 ? wards : [],
            };
        return wards.Count == 0
            ? Wrong("ward", "unknown")
            : Wrong("ward", "which") with
            {
                Choices = [.. wards.Take(Wards.Most)],
            };
    }

    /// <summary>
    /// A refusal as the form tells it: errors of the contract's <c>location</c> stand at the field that asked for it here; where
    /// this place is itself not clear, its own errors say so better.
    /// </summary>
    public FormErrors Told(string locale, Refusal refusal, PostedForm form)
    {
        if (refusal.Errors.Count == 0)
            return FormErrors.From(locale, refusal);
        string field = form["lon"] is null && form["lat"] is null ? "ward" : "lon";
        var told =
            from error in refusal.Errors
            let ofPlace = error.Field.StartsWith("location", StringComparison.Ordinal)
            where !ofPlace || Errors.Count == 0
            select ofPlace ? error with { Field = field } : error;
        return FormErrors.From(locale, [.. told, .. Errors]);
    }

    private static PlaceAsked Coordinates(string? lon, string? lat)
    {
        var errors = new FieldErrors();
        double x = Degrees(errors, "lon", lon, 180),
            y = Degrees(errors, "lat", lat, 90);
        return errors.Any ? new PlaceAsked { Errors = errors.All } : new PlaceAsked { Point = (x, y) };
    }

    // A comma is how a decimal point is written here.
    private static double Degrees(FieldErrors errors, string field, string? text, double most)
    {
        bool read =
            double.TryParse(
                text?.Replace(',', '.'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double degrees
            )
            && Math.Abs(degrees) <= most;
        errors.Check(read, field, "degrees");
        return degrees;
    }

    private static PlaceAsked Wrong(string field, string code) =>
        new() { Errors = [new FieldError(field, code)] };
}
