using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>A collection of features: a public view, its place and its time. Its texts are <c>ogc.ID.title</c> and <c>ogc.ID.text</c>.</summary>
/// <param name="Shape">Of its geometries, as queryables name it.</param>
/// <param name="During">SQL over <c>t</c>: whether a feature was there from {0} to {1}, each a <c>timestamptz</c> or null.</param>
public sealed record OgcCollection(string Id, string Shape, string During)
{
    public const string Geometry = "geometry";

    public EntityView View => OgcCollections.Model.View(Id);

    public ViewColumn Place => View.Column(Geometry)!;
}

/// <summary>What there is: four collections over the public views.</summary>
public static class OgcCollections
{
    private const string Created =
        "t.created_at >= coalesce({0}, '-infinity') and t.created_at <= coalesce({1}, 'infinity')";

    public static readonly IReadOnlyList<OgcCollection> All =
    [
        new("requests", "point", Created),
        new("offers", "point", Created),
        new(
            "areas",
            "multipolygon",
            "coalesce(t.valid_from, '-infinity') <= coalesce(({1} at time zone 'UTC')::date, 'infinity') and coalesce(t.valid_to, 'infinity') > coalesce(({0} at time zone 'UTC')::date, '-infinity')"
        ),
        new("coverage-gaps", "point", Created),
    ];

    public static readonly ServiceModel Model = Build();

    public static OgcCollection? Find(string id) => All.FirstOrDefault(one => one.Id == id);

    private static ServiceModel Build()
    {
        var model = new ServiceModelBuilder("MutualAid.Features");
        Need(model.Set("requests", "Request", NeedsOf("public_request")));
        model
            .Set(
                "offers",
                "Offer",
                """
                (select o.id, (select c.code from public_category c where c.id = o.category_id) as category,
                        (select c.unit from public_category c where c.id = o.category_id) as unit, o.free, o.per_day, o.reach_metres, o.area_id,
                        (select a.name from public_area a where a.id = o.area_id) as area, (select a.path from public_area a where a.id = o.area_id) as area_path,
                        o.available_from, o.available_until, o.daily_from, o.daily_to, o.created_at, o.place
                 from public_offer o)
                """
            )
            .Key("id", "id", Kind.Guid)
            .Property("category", "category", Kind.String)
            .Property("unit", "unit", Kind.String)
            .Property("free", "free", Kind.Int32, nullable: true)
            .Property("perDay", "per_day", Kind.Int32, nullable: true)
            .Property("reachMetres", "reach_metres", Kind.Int32)
            .Property("areaId", "area_id", Kind.Guid)
            .Property("area", "area", Kind.String)
            .Property("areaPath", "area_path", Kind.String)
            .Property("availableFrom", "available_from", Kind.DateTimeOffset, nullable: true)
            .Property("availableUntil", "available_until", Kind.DateTimeOffset, nullable: true)
            .Property("dailyFrom", "daily_from", Kind.TimeOfDay, nullable: true)
            .Property("dailyTo", "daily_to", Kind.TimeOfDay, nullable: true)
            .Property("createdAt", "created_at", Kind.DateTimeOffset)
            .Property(OgcCollection.Geometry, "place", Kind.GeographyPoint);
        model
            .Set(
                "areas",
                "Area",
                """
                (select id, parent_id, code, name, level, path, ward, synthetic, nullif(valid_from, '-infinity') as valid_from, valid_to, boundary
                 from public_area)
                """
            )
            .Key("id", "id", Kind.Guid)
            .Property("parentId", "parent_id", Kind.Guid, nullable: true)
            .Property("code", "code", Kind.String)
            .Property("name", "name", Kind.String)
            .Property("level", "level", Kind.String)
            .Property("path", "path", Kind.String)
            .Property("ward", "ward", Kind.Boolean)
            .Property("synthetic", "synthetic", Kind.Boolean)
            .Property("validFrom", "valid_from", Kind.Date, nullable: true)
            .Property("validTo", "valid_to", Kind.Date, nullable: true)
            .Property(OgcCollection.Geometry, "boundary", Kind.GeographyMultiPolygon, nullable: true);
        Need(model.Set("coverage-gaps", "CoverageGap", NeedsOf("public_coverage_gap")));
        return model.Build();
    }

    // What stands in other views is looked up row by row, not joined: a page walks along the ids, and must not be sorted whole.
    private static string NeedsOf(string view) =>
        $"""
            (select r.id, (select c.code from public_category c where c.id = r.category_id) as category,
                    (select c.unit from public_category c where c.id = r.category_id) as unit, r.quantity, r.unmet, r.promised, r.delivered,
                    r.divisible, r.urgency, r.status, r.people, r.area_id, (select a.name from public_area a where a.id = r.area_id) as area,
                    (select a.path from public_area a where a.id = r.area_id) as area_path, r.verified, r.created_at, r.expires_at, r.needed_by,
                    r.public_note, r.place
             from {view} r)
            """;

    private static void Need(EntityViewBuilder need) =>
        need.Key("id", "id", Kind.Guid)
            .Property("category", "category", Kind.String)
            .Property("unit", "unit", Kind.String)
            .Property("quantity", "quantity", Kind.Int32)
            .Property("unmet", "unmet", Kind.Int32)
            .Property("promised", "promised", Kind.Int32)
            .Property("delivered", "delivered", Kind.Int32)
            .Property("divisible", "divisible", Kind.Boolean)
            .Property("urgency", "urgency", Kind.String)
            .Property("status", "status", Kind.String)
            .Property("people", "people", Kind.Int32, nullable: true)
            .Property("areaId", "area_id", Kind.Guid)
            .Property("area", "area", Kind.String)
            .Property("areaPath", "area_path", Kind.String)
            .Property("verified", "verified", Kind.Boolean)
            .Property("createdAt", "created_at", Kind.DateTimeOffset)
            .Property("expiresAt", "expires_at", Kind.DateTimeOffset)
            .Property("neededBy", "needed_by", Kind.DateTimeOffset, nullable: true)
            .Property("publicNote", "public_note", Kind.String, nullable: true)
            .Property(OgcCollection.Geometry, "place", Kind.GeographyPoint);
}
