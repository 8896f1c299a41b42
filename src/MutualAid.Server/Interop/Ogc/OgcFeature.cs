using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>
/// OGC API Features at <c>/ogc</c>: core, coordinate systems, filtering by CQL2. For maps and geographic programs; as public
/// as the lists that people read.
/// </summary>
public static class OgcFeature
{
    public static void MapOgc(this WebApplication app)
    {
        var ogc = app.MapGroup("/ogc").ExcludeFromDescription();
        ogc.MapGet("", OgcLanding.Get);
        ogc.MapGet("/conformance", OgcLanding.Conformance);
        ogc.MapGet("/api", OgcApiDocument.Get);
        ogc.MapGet("/collections", OgcDescriptions.All);
        ogc.MapGet("/collections/{collection}", OgcDescriptions.One);
        ogc.MapGet("/collections/{collection}/queryables", OgcQueryables.Get);
        ogc.MapGet("/collections/{collection}/items", OgcItems.Get);
        ogc.MapGet("/collections/{collection}/items/{feature}", OgcItem.Get);
    }

    /// <exception cref="Refusal">404: there is no such collection.</exception>
    internal static OgcCollection Collection(string id) =>
        OgcCollections.Find(id) ?? throw Refusal.NotFound();
}
