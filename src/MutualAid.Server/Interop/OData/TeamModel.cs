using MutualAid.OData.PostGis.Model;
using Kind = Microsoft.OData.Edm.EdmPrimitiveTypeKind;

namespace MutualAid.Server.Interop.OData;

/// <summary>
/// What everybody may read, and beside it all needs, deliveries and counts of the areas that a key reaches, the hidden and the
/// ended too. No private column is in it, for nobody. No way leads there from the public sets, so that these are the same for all.
/// </summary>
public static class TeamModel
{
    /// <summary>The placeholder for the areas that the reader reaches.</summary>
    public const string Areas = "areas";

    public static ServiceModel Make()
    {
        var model = PublicModel.Sets();
        model
            .Set("TeamRequests", "TeamRequest", Mine("team_request"))
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
            .Property("Hidden", "hidden", Kind.Boolean)
            .Property("People", "people", Kind.Int32, nullable: true)
            .Property("ResponsibleAreaId", "responsible_area_id", Kind.Guid)
            .Property("PublicAreaId", "public_area_id", Kind.Guid)
            .Property("Verified", "verified", Kind.Boolean)
            .Property("VerifiedAt", "verified_at", Kind.DateTimeOffset, nullable: true)
            .Property("CreatedAt", "created_at", Kind.DateTimeOffset)
            .Property("ExpiresAt", "expires_at", Kind.DateTimeOffset)
            .Property("NeededBy", "needed_by", Kind.DateTimeOffset, nullable: true)
            .Property("EndedAt", "ended_at", Kind.DateTimeOffset, nullable: true)
            .Property("EndReason", "end_reason", Kind.String, nullable: true)
            .Property("PublicNote", "public_note", Kind.String, nullable: true)
            .Property("Location", "place", Kind.GeographyPoint)
            .One("Area", "Areas", "responsible_area_id", "id")
            .One("PublicArea", "Areas", "public_area_id", "id")
            .One("CategoryDetails", "Categories", "category", "code")
            .Many("Matches", "TeamMatches", "id", "request_id")
            .Searched("search_text({0}.public_note)", "search_text");
        model
            .Set("TeamMatches", "TeamMatch", Mine("team_match"))
            .Key("Id", "id", Kind.Guid)
            .Property("RequestId", "request_id", Kind.Guid)
            .Property("Units", "units", Kind.Int32)
            .Property("Day", "day", Kind.Date)
            .Property("Status", "status", Kind.String)
            .Property("Origin", "origin", Kind.String)
            .Property("Distance", "distance_metres", Kind.Int32, nullable: true)
            .Property("CreatedAt", "created_at", Kind.DateTimeOffset)
            .Property("RespondBy", "respond_by", Kind.DateTimeOffset, nullable: true)
            .Property("DueBy", "due_by", Kind.DateTimeOffset, nullable: true)
            .Property("AcceptedAt", "accepted_at", Kind.DateTimeOffset, nullable: true)
            .Property("SetOutAt", "set_out_at", Kind.DateTimeOffset, nullable: true)
            .Property("DeliveredAt", "delivered_at", Kind.DateTimeOffset, nullable: true)
            .Property("ConfirmedAt", "confirmed_at", Kind.DateTimeOffset, nullable: true)
            .Property("EndedAt", "ended_at", Kind.DateTimeOffset, nullable: true)
            .Property("EndedBy", "ended_by", Kind.String, nullable: true)
            .One("Request", "TeamRequests", "request_id", "id");
        // Of live needs no day is said, and a key has no part that may be missing: so the key is in words.
        model
            .Set("TeamCounts", "TeamCount", Mine("team_count"))
            .Key("Id", "id", Kind.String)
            .Property("AreaId", "responsible_area_id", Kind.Guid)
            .Property("Category", "category", Kind.String)
            .Property("Status", "status", Kind.String)
            .Property("Day", "day", Kind.Date, nullable: true)
            .Property("Requests", "requests", Kind.Int64)
            .Property("Units", "units", Kind.Int64)
            .Property("Unmet", "unmet", Kind.Int64)
            .One("Area", "Areas", "responsible_area_id", "id");
        return model.Build();
    }

    // As a list of ids: how many needs these areas have is then known when the statement is planned.
    private static string Mine(string view) =>
        $"(select * from {view} where responsible_area_id = any ({{{Areas}}}))";
}
