using System.Text.Json.Nodes;
using MutualAid.Server.Accounts;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Tiles;

/// <summary>
/// <c>GET /tiles/style.json</c>: our three layers as MapLibre draws them (style specification 8). No names: letters would have to
/// come from somewhere. Every colour stands out from the ground by more than 3 to 1, and clusters by their size too.
/// </summary>
internal static class TileStyle
{
    public static IResult Get(HttpContext context, Caller? caller)
    {
        context.AllowParameters();
        TilesFeature.ForAnyMap(context, caller);
        var style = JsonNode.Parse(Layers)!.AsObject();
        style["name"] = Texts.Of(context.Locale(), "tiles.credit");
        var sources = new JsonObject();
        foreach (string layer in TileLayer.Named.Keys)
            sources[layer] = new JsonObject
            {
                ["type"] = "vector",
                ["url"] = $"{TileJson.Here(context)}/tiles/{layer}.json",
            };
        style["sources"] = sources;
        return Results.Json(style, Json.Options);
    }

    private const string Layers = """
        {
          "version": 8,
          "layers": [
            { "id": "ground", "type": "background", "paint": { "background-color": "#f7f5f0" } },
            { "id": "areas", "type": "fill", "source": "areas", "source-layer": "areas",
              "paint": { "fill-color": ["interpolate", ["linear"], ["get", "unmet"], 0, "#f7f5f0", 100, "#efe3cd", 1000, "#e8d5b0"] } },
            { "id": "area-edges", "type": "line", "source": "areas", "source-layer": "areas",
              "paint": { "line-color": "#6b645a", "line-width": ["match", ["get", "level"], "ward", 1, "district", 1.5, 2] } },
            { "id": "offers", "type": "circle", "source": "offers", "source-layer": "offers", "minzoom": 9,
              "paint": {
                "circle-color": "#f7f5f0", "circle-stroke-color": "#1b6b3a", "circle-stroke-width": 3,
                "circle-radius": ["interpolate", ["linear"], ["coalesce", ["get", "point_count"], 1], 1, 6, 100, 14, 10000, 26] } },
            { "id": "requests", "type": "circle", "source": "requests", "source-layer": "requests",
              "paint": {
                "circle-color": ["case", ["has", "cluster"], "#5b2a86",
                  ["match", ["get", "urgency"], "urgent", "#b3261e", "soon", "#8a5300", "#1f5fa8"]],
                "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5,
                "circle-radius": ["interpolate", ["linear"], ["coalesce", ["get", "point_count"], 1], 1, 6, 10, 9, 100, 14, 1000, 20, 100000, 30] } }
          ]
        }
        """;
}
