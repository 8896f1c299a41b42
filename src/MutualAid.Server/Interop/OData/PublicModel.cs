using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.Server.Interop.OData;

/// <summary>What everybody may read: sets over the <c>public_*</c> views. No private column is in it, for nobody.</summary>
public static class PublicModel
{
    public static ServiceModel Make() => Sets().Build();

    /// <summary>The same, for whoever adds to it.</summary>
    internal static ServiceModelBuilder Sets()
    {
        var model = new ServiceModelBuilder("MutualAid");
        model
            .Set("Requests", "Request", "public_need")
            .Key("Id", "id", Kind.Guid)
            .Property("Category", "category", Kind.String)
            .Property("Quantity", "quantity", Kind.Int32)
            .Property("Unmet", "unmet", Kind.Int32)
            .Property("Promised", "promised", Kind.Int32)
            .Property("Delivered", "delivered", Kind.Int32)
            .Property("Unit", "unit", Kind.String)
            .Property("Divisible", "divisible", Kind.Boolean)
            .Property("Urgency", "urgency", Kind.String)
            .Property("Status", "status", Kind.String)
            .Property("People", "people", Kind.Int32, nullable: true)
            .Property("AreaId", "area_id", Kind.Guid)
            .Property("Verified", "verified", Kind.Boolean)
            .Property("CreatedAt", "created_at", Kind.DateTimeOffset)
            .Property("ExpiresAt", "expires_at", Kind.DateTimeOffset)
            .Property("NeededBy", "needed_by", Kind.DateTimeOffset, nullable: true)
            .Property("PublicNote", "public_note", Kind.String, nullable: true)
            .Property("Location", "place", Kind.GeographyPoint)
            .One("Area", "Areas", "area_id", "id")
            .One("CategoryDetails", "Categories", "category", "code")
            .Searched("search_text({0}.public_note)", "search_text")
            .Tracked(new ChangeLog("public_need_change", "id", "xid"));
        model
            .Set("Offers", "Offer", "public_supply")
            .Key("Id", "id", Kind.Guid)
            .Property("Category", "category", Kind.String)
            .Property("Free", "free", Kind.Int32, nullable: true)
            .Property("PerDay", "per_day", Kind.Int32, nullable: true)
            .Property("Unit", "unit", Kind.String)
            .Property("Reach", "reach_metres", Kind.Int32)
            .Property("AreaId", "area_id", Kind.Guid)
            .Property("AvailableFrom", "available_from", Kind.DateTimeOffset, nullable: true)
            .Property("AvailableUntil", "available_until", Kind.DateTimeOffset, nullable: true)
            .Property("DailyFrom", "daily_from", Kind.TimeOfDay, nullable: true)
            .Property("DailyTo", "daily_to", Kind.TimeOfDay, nullable: true)
            .Property("Location", "place", Kind.GeographyPoint)
            .One("Area", "Areas", "area_id", "id")
            .One("CategoryDetails", "Categories", "category", "code")
            .Tracked(new ChangeLog("public_supply_change", "id", "xid"));
        model
            .Set("Areas", "Area", "public_area")
            .Key("Id", "id", Kind.Guid)
            .Property("ParentId", "parent_id", Kind.Guid, nullable: true)
            .Property("RootId", "root_id", Kind.Guid)
            .Property("Code", "code", Kind.String)
            .Property("Name", "name", Kind.String)
            .Property("Level", "level", Kind.String)
            .Property("Path", "path", Kind.String)
            .Property("Leaf", "leaf", Kind.Boolean)
            .Property("Ward", "ward", Kind.Boolean)
            .Property("ValidFrom", "valid_from", Kind.Date, nullable: true)
            .Property("ValidTo", "valid_to", Kind.Date, nullable: true)
            .One("Parent", "Areas", "parent_id", "id", nullable: true)
            .One("Boundary", "AreaBoundaries", "id", "id", nullable: true)
            .Many("Children", "Areas", "id", "parent_id")
            .Many("Requests", "Requests", "id", "area_id")
            .Many("Offers", "Offers", "id", "area_id")
            .Many("LiveCounts", "LiveCounts", "id", "area_id")
            .Many("FulfilmentCounts", "FulfilmentCounts", "id", "area_id")
            .Searched("search_text({0}.path)", "search_text");
        // Apart from the areas: a boundary is a thousand times as long as all the rest.
        model
            .Set(
                "AreaBoundaries",
                "AreaBoundary",
                "(select id, boundary from public_area where boundary is not null)"
            )
            .Key("AreaId", "id", Kind.Guid)
            .Property("Shape", "boundary", Kind.GeographyMultiPolygon)
            .One("Area", "Areas", "id", "id");
        model
            .Set("Categories", "Category", "public_category")
            .Key("Code", "code", Kind.String)
            .Property("NameVi", "name_vi", Kind.String)
            .Property("NameEn", "name_en", Kind.String)
            .Property("Unit", "unit", Kind.String)
            .Property("UnitVi", "unit_vi", Kind.String)
            .Property("UnitEn", "unit_en", Kind.String)
            .Property("Divisible", "divisible", Kind.Boolean)
            .Property("NeedsDestination", "needs_destination", Kind.Boolean)
            .Property("ByPhone", "by_phone", Kind.Boolean)
            .Searched("search_text({0}.name_vi || ' / ' || {0}.name_en)", "search_text");
        // What is live is listed, so it may be counted.
        model
            .Set("LiveCounts", "LiveCount", "public_live_sum")
            .Key("AreaId", "area_id", Kind.Guid)
            .Key("Category", "category", Kind.String)
            .Key("Status", "status", Kind.String)
            .Property("Requests", "requests", Kind.Int64)
            .Property("Unmet", "unmet", Kind.Int64)
            .One("Area", "Areas", "area_id", "id");
        // The past by finished week; small numbers, and those that would tell them, are absent from the view.
        model
            .Set("FulfilmentCounts", "FulfilmentCount", "public_fulfilment_week")
            .Key("AreaId", "area_id", Kind.Guid)
            .Key("Category", "category", Kind.String)
            .Key("Week", "week", Kind.Date)
            .Property("Requests", "requests", Kind.Int64)
            .Property("Units", "units", Kind.Int64)
            .One("Area", "Areas", "area_id", "id");
        return model;
    }
}
