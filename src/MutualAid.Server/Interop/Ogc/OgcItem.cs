using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary><c>/ogc/collections/{id}/items/{fid}</c>: one feature, as long as it is live.</summary>
internal static class OgcItem
{
    public static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        string collection,
        string feature,
        CancellationToken stop
    )
    {
        var one = OgcFeature.Collection(collection);
        context.ReadStrictly("crs", "f");
        bool page = context.WantsPage();
        var crs = OgcFilter.ReadCrs(context.Request.Query, "crs");
        var found = Guid.TryParseExact(feature, "D", out var id)
            ? await OgcReading.Told(
                context.Request.Query,
                () =>
                    database.Read(
                        Caller.Of(context),
                        (connection, stop) => OgcReading.Item(connection, one, id, crs, stop),
                        stop
                    )
            )
            : null;
        if (found is null)
            throw Refusal.NotFound();
        OgcLink[] links =
        [
            .. context.Selves(page, OgcAnswer.GeoJson),
            new(
                $"{context.Root()}/collections/{one.Id}",
                "collection",
                OgcAnswer.Json,
                Texts.Of(context.Locale(), $"ogc.{one.Id}.title")
            ),
        ];
        if (page)
            return Pages.Show<OgcItemsPage>(
                context,
                new
                {
                    Collection = one,
                    Features = new[] { found },
                    Matched = (int?)null,
                    Links = links,
                }
            );
        context.Response.Headers["Content-Crs"] = $"<{crs.Uri}>";
        return Results.Bytes(OgcWriter.Feature(one, found, links), OgcAnswer.GeoJson);
    }
}
