using MutualAid.Server.Web.OpenApi;

namespace MutualAid.Server.Map;

/// <summary>What the map draws: public facts by public locations, as the lists beside it have them.</summary>
public static class MapFeature
{
    public static void MapTheMap(this WebApplication app)
    {
        var map = app.MapGroup("/api/map");
        map.MapGet("/needs", MapNeeds.Get).WithMetadata(new QueryNames(MapNeeds.Parameters));
        map.MapGet("/wards", MapWards.Get).WithMetadata(new QueryNames(MapWards.Parameters));
    }
}
