using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary><c>/ogc/collections/{id}/items</c>: features, a page at a time.</summary>
internal static class OgcItems
{
    public static async Task<IResult> Get(
        PublicDatabase database,
        TimeProvider time,
        HttpContext context,
        string collection,
        CancellationToken stop
    )
    {
        var asked = OgcItemsAsked.Read(context, OgcFeature.Collection(collection));
        bool page = context.WantsPage();
        var read = await OgcReading.Told(
            context.Request.Query,
            () =>
                database.Read(
                    Caller.Of(context),
                    (connection, stop) => OgcReading.Items(connection, asked, stop),
                    stop
                )
        );
        var links = Links(context, asked, read, page);
        if (page)
            return Pages.Show<OgcItemsPage>(
                context,
                new
                {
                    asked.Collection,
                    read.Features,
                    read.Matched,
                    Links = links,
                }
            );
        context.Response.Headers["Content-Crs"] = $"<{asked.Crs.Uri}>";
        return Results.Bytes(OgcWriter.Collection(asked, read, links, time.GetUtcNow()), OgcAnswer.GeoJson);
    }

    private static OgcLink[] Links(HttpContext context, OgcItemsAsked asked, OgcPageRead read, bool page)
    {
        string here = $"{context.Root()}/collections/{asked.Collection.Id}";
        var links = context.Selves(page, OgcAnswer.GeoJson).ToList();
        string type = page ? OgcAnswer.Html : OgcAnswer.GeoJson;
        void Turn(string rel, bool back, Guid? id)
        {
            if (id is { } neighbour)
                links.Add(
                    new OgcLink(
                        $"{here}/items"
                            + QueryString.Create(
                                context
                                    .Request.Query.Where(one => one.Key != "cursor")
                                    .Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))
                                    .Append(
                                        KeyValuePair.Create(
                                            "cursor",
                                            (string?)new OgcCursor(back, neighbour).Write()
                                        )
                                    )
                            ),
                        rel,
                        type,
                        Texts.Of(context.Locale(), $"ogc.{rel}")
                    )
                );
        }
        Turn("prev", true, read.Before);
        Turn("next", false, read.After);
        links.Add(
            new OgcLink(
                here,
                "collection",
                OgcAnswer.Json,
                Texts.Of(context.Locale(), $"ogc.{asked.Collection.Id}.title")
            )
        );
        return [.. links];
    }
}
