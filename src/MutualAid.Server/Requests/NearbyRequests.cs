using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Requests;

/// <summary><c>GET /api/requests/nearby</c>: needs that are still unmet, nearest first.</summary>
public static class NearbyRequests
{
    private static readonly string[] Parameters =
    [
        "lon",
        "lat",
        "within",
        "category",
        "urgency",
        "q",
        "limit",
        "cursor",
    ];

    public static void MapNearby(this RouteGroupBuilder requests) =>
        requests.MapGet("/nearby", Get).WithMetadata(new QueryNames(Parameters));

    private static async Task<IResult> Get(
        PublicDatabase database,
        Categories categories,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters(Parameters);
        var asked = await Read(context.Request.Query, categories, stop);
        int limit = Paging.Limit(context.Request.Query["limit"]);
        context.CacheBriefly();
        var needs = await database.Read(
            Caller.Of(context),
            (connection, stop) => NearbyNeeds.Read(connection, asked, limit, stop),
            stop
        );
        return Results.Json(
            new { needs.Items, next = needs.Next is null ? null : Cursor.Next(context, needs.Next) },
            Json.Options
        );
    }

    // By hand, so that one answer names every parameter that is wrong.
    private static async Task<NearbyAsked> Read(
        IQueryCollection query,
        Categories categories,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        double lon = Number(query["lon"]),
            lat = Number(query["lat"]);
        errors.Check(double.IsFinite(lon), "lon", "degrees");
        errors.Check(double.IsFinite(lat), "lat", "degrees");
        var place = errors.Any ? null : Place.Read(errors, "lon", lon, lat);
        double within = query["within"].Count == 0 ? 3000 : Number(query["within"]);
        errors.Check(
            within is >= 1 and <= NearbyNeeds.MostMetres,
            "within",
            "between",
            1,
            NearbyNeeds.MostMetres
        );

        string? code = query["category"];
        var category = await categories.ByCode(code, stop);
        if (code is not null && category is null)
            errors.Add(
                "category",
                "oneOf",
                string.Join(", ", (await categories.All(stop)).Select(known => known.Code))
            );
        string? urgency = query["urgency"];
        if (urgency is not null)
            HelpRequest.Urgency(errors, "urgency", urgency);
        string? text = CleanText.Line(errors, "q", query["q"], 100);
        errors.Check(query["q"].Count == 0 || text is not null || errors.Any, "q", "length", 1, 100);
        errors.ThrowIfAny();
        var after = query["cursor"].Count == 0 ? null : NearbyAfter.Read(query["cursor"]!);
        return new NearbyAsked(place!.Value, within, category?.Id, urgency, after, text);
    }

    private static double Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : double.NaN;
}
