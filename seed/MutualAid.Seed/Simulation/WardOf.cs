using System.Security.Cryptography;
using System.Text;
using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Simulation;

/// <summary>Finds the ward of a place in the synthetic city.</summary>
internal sealed class WardOf(SyntheticCity city)
{
    private readonly Dictionary<string, Guid> ids = city.Wards.ToDictionary(
        area => area.Code,
        area => AreaId(area.Code)
    );

    public (string Name, Guid Id) Find(Coordinate place)
    {
        var point = Wgs84.Factory.CreatePoint(place);
        var area = city.Wards.First(area =>
            area.Boundary.EnvelopeInternal.Contains(place) && area.Boundary.Covers(point)
        );
        return (area.Name, ids[area.Code]);
    }

    /// <summary>The same id for the same area each time.</summary>
    public static Guid AreaId(string name) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
