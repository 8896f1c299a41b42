using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary><c>/ogc/collections</c> and <c>/ogc/collections/{id}</c>: what each collection is, where, and in which systems it is told.</summary>
internal static class OgcDescriptions
{
    public static async Task<IResult> All(
        PublicDatabase database,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.ReadStrictly("f");
        bool page = context.WantsPage();
        var extent = await Extent(database, context, stop);
        OgcLink[] links = [.. context.Selves(page)];
        return page
            ? Pages.Show<OgcPage>(
                context,
                new
                {
                    Title = Texts.Of(context.Locale(), "ogc.collections"),
                    Links = links
                        .Concat(
                            OgcCollections.All.Select(one => new OgcLink(
                                $"{context.Root()}/collections/{one.Id}",
                                "item",
                                OgcAnswer.Html,
                                Texts.Of(context.Locale(), $"ogc.{one.Id}.title")
                            ))
                        )
                        .ToArray(),
                }
            )
            : OgcAnswer.Data(
                new
                {
                    links,
                    crs = Crs.All.Select(crs => crs.Uri),
                    collections = OgcCollections.All.Select(one =>
                        Description(context, one, extent, Links(context, one, []))
                    ),
                }
            );
    }

    public static async Task<IResult> One(
        PublicDatabase database,
        HttpContext context,
        string collection,
        CancellationToken stop
    )
    {
        var one = OgcFeature.Collection(collection);
        context.ReadStrictly("f");
        bool page = context.WantsPage();
        var links = Links(context, one, context.Selves(page));
        var extent = await Extent(database, context, stop);
        return page
            ? Pages.Show<OgcPage>(
                context,
                new
                {
                    Title = Texts.Of(context.Locale(), $"ogc.{one.Id}.title"),
                    Lead = Texts.Of(context.Locale(), $"ogc.{one.Id}.text"),
                    Links = links,
                    Lines = Crs.All.Select(crs => crs.Uri).ToArray(),
                }
            )
            : OgcAnswer.Data(Description(context, one, extent, links));
    }

    private static object Description(
        HttpContext context,
        OgcCollection one,
        double[]? extent,
        IReadOnlyList<OgcLink> links
    ) =>
        new
        {
            one.Id,
            title = Texts.Of(context.Locale(), $"ogc.{one.Id}.title"),
            description = Texts.Of(context.Locale(), $"ogc.{one.Id}.text"),
            links,
            extent = new
            {
                spatial = new { bbox = new[] { extent ?? [-180, -90, 180, 90] }, crs = Crs.LonLat.Uri },
                temporal = new
                {
                    interval = new[] { new string?[] { null, null } },
                    trs = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
                },
            },
            itemType = "feature",
            crs = Crs.All.Select(crs => crs.Uri),
            storageCrs = Crs.LonLat.Uri,
        };

    private static IReadOnlyList<OgcLink> Links(
        HttpContext context,
        OgcCollection one,
        IEnumerable<OgcLink> selves
    )
    {
        string here = $"{context.Root()}/collections/{one.Id}",
            title = Texts.Of(context.Locale(), $"ogc.{one.Id}.title");
        if (!selves.Any())
            selves = [new OgcLink(here, "self", OgcAnswer.Json, title)];
        return
        [
            .. selves,
            new OgcLink($"{here}/items", "items", OgcAnswer.GeoJson, title),
            new OgcLink($"{here}/items?f=html", "items", OgcAnswer.Html, title),
            new OgcLink(
                $"{here}/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                OgcAnswer.Schema,
                Texts.Of(context.Locale(), "ogc.queryables")
            ),
        ];
    }

    // Where anything can be at all: the areas, of which none lies in another root.
    private static Task<double[]?> Extent(
        PublicDatabase database,
        HttpContext context,
        CancellationToken stop
    ) =>
        database.Read(
            Caller.Of(context),
            (connection, stop) =>
                connection.Value<double[]?>(
                    """
                    select array[st_xmin(b), st_ymin(b), st_xmax(b), st_ymax(b)]
                    from (select st_extent(boundary::geometry) as b from public_area where parent_id is null) x where b is not null
                    """,
                    null,
                    stop
                ),
            stop
        );
}
