namespace MutualAid.Server.Interop.Tiles;

/// <summary>A layer and what its features say, as TileJSON names types.</summary>
internal sealed record TileLayer(string Name, IReadOnlyDictionary<string, string> Fields)
{
    public static readonly IReadOnlyDictionary<string, TileLayer> Named = new TileLayer[]
    {
        new(
            "requests",
            new Dictionary<string, string>
            {
                ["id"] = "String",
                ["category"] = "String",
                ["urgency"] = "String: routine, soon, urgent",
                ["unmet"] = "Number: units; of a cluster their sum",
                ["unit"] = "String",
                ["status"] = "String: open, matched, inDelivery",
                ["verified"] = "Boolean",
                ["area"] = "String: the ward",
                ["cluster"] = "Boolean: true where several are one point",
                ["point_count"] = "Number: requests of a cluster",
                ["urgent"] = "Number: of a cluster, from zoom 13",
                ["soon"] = "Number: of a cluster, from zoom 13",
                ["routine"] = "Number: of a cluster, from zoom 13",
            }
        ),
        new(
            "offers",
            new Dictionary<string, string>
            {
                ["id"] = "String",
                ["category"] = "String",
                ["free"] = "Number: units; absent where there is no end; of a cluster their sum",
                ["unit"] = "String",
                ["reach"] = "Number: metres",
                ["area"] = "String: the ward",
                ["cluster"] = "Boolean: true where several are one point",
                ["point_count"] = "Number: offers of a cluster",
            }
        ),
        new(
            "areas",
            new Dictionary<string, string>
            {
                ["id"] = "String",
                ["code"] = "String",
                ["name"] = "String",
                ["level"] = "String: country, province, district, ward",
                ["requests"] = "Number: live requests",
                ["unmet"] = "Number: their unmet units",
            }
        ),
    }.ToDictionary(layer => layer.Name);
}
