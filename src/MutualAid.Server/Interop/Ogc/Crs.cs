using MutualAid.OData.PostGis.Cql2;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>A system of coordinates that is read and written here.</summary>
/// <param name="Uri">As a reader names it.</param>
/// <param name="Code">EPSG's number: what PROJ is asked by.</param>
/// <param name="NorthFirst">The authority writes latitude, or the northing, first.</param>
/// <param name="Degrees">Longitude and latitude, not metres.</param>
public sealed record Crs(string Uri, int Code, bool NorthFirst, bool Degrees)
{
    private const string Epsg = "http://www.opengis.net/def/crs/EPSG/0/";

    /// <summary>Longitude, latitude on WGS 84: what everything is kept in, and what is meant when nothing is said.</summary>
    public static readonly Crs LonLat = new(
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        4326,
        NorthFirst: false,
        Degrees: true
    );

    /// <summary>
    /// All there are: the world's usual ones, and those that Viet Nam is surveyed in. The order of axes is the authority's
    /// (EPSG's register, as PROJ has it): neither PostGIS nor a definition's text tells it of all of them.
    /// </summary>
    public static readonly IReadOnlyList<Crs> All =
    [
        LonLat,
        LatLon(4326), // WGS 84
        EastNorth(3857), // WGS 84 / Pseudo-Mercator
        EastNorth(3395), // WGS 84 / World Mercator
        EastNorth(4087), // WGS 84 / World Equidistant Cylindrical
        EastNorth(32648), // WGS 84 / UTM zone 48N
        EastNorth(32649), // WGS 84 / UTM zone 49N
        LatLon(4756), // VN-2000
        EastNorth(3405), // VN-2000 / UTM zone 48N
        EastNorth(3406), // VN-2000 / UTM zone 49N
        .. Enumerable.Range(5896, 4).Select(EastNorth), // VN-2000 / TM-3 zones 481, 482, 491, 107-45
        .. Enumerable.Range(9205, 14).Select(EastNorth), // VN-2000 / TM-3 103-00 to 108-30
        LatLon(4147), // Hanoi 1972
        NorthEast(2044), // Hanoi 1972 / Gauss-Kruger zone 18
        NorthEast(2045), // Hanoi 1972 / Gauss-Kruger zone 19
    ];

    private static readonly Dictionary<string, Crs> ByUri = All.ToDictionary(crs => crs.Uri);

    /// <summary>As PROJ knows it, whatever the database's own table of systems has.</summary>
    public string Projection => $"EPSG:{Code}";

    /// <summary>What the coordinates of a filter in this system are.</summary>
    public CqlPlane Plane => new(Projection, NorthFirst, Degrees);

    /// <summary>Decimals that are written: a tenth of a metre or less.</summary>
    public int Digits => Degrees ? 7 : 2;

    public static Crs? Find(string uri) => ByUri.GetValueOrDefault(uri);

    private static Crs LatLon(int code) => new($"{Epsg}{code}", code, NorthFirst: true, Degrees: true);

    private static Crs EastNorth(int code) => new($"{Epsg}{code}", code, NorthFirst: false, Degrees: false);

    private static Crs NorthEast(int code) => new($"{Epsg}{code}", code, NorthFirst: true, Degrees: false);
}
