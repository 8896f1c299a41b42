using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Union;

namespace MutualAid.Seed;

/// <summary>An area of the made-up city; the province has no parent.</summary>
public sealed record SyntheticArea(
    string Code,
    string Name,
    string Level,
    string? ParentCode,
    MultiPolygon Boundary
);

/// <summary>
/// A city that does not exist, round 105.85 E, 21.03 N: one province, 12 districts, 120 wards, small in the middle and large
/// at the edge. Its codes are of the real form (2, 3 and 5 digits) and beyond the real ones.
/// </summary>
public sealed class SyntheticCity
{
    /// <summary>The seed of the city's shape when none is said: all data of one database live in one city.</summary>
    public const int UsualShape = 20210723;

    /// <summary>Real provinces end at 96.</summary>
    public const string ProvinceCode = "98";

    private const int Columns = 12;
    private const int Rows = 10;

    // 4 blocks of columns × 3 blocks of rows; the blocks of the middle rows are taller: 8 districts of 9 wards, 4 of 12.
    private static readonly int[] DistrictRowOf = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2];

    public SyntheticArea Province { get; }
    public IReadOnlyList<SyntheticArea> Districts { get; }
    public IReadOnlyList<SyntheticArea> Wards { get; }

    /// <summary>The middle of the city, where it is densest.</summary>
    public static Coordinate Centre => new(105.85, 21.03);

    public SyntheticCity(int shape = UsualShape)
    {
        // 0.14° × 0.12° each way: 29 km by 27 km.
        var grid = new JitteredGrid(Centre, 0.14, 0.12, Columns, Rows, new Dice(shape));
        var wards = new List<SyntheticArea>();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                int district = DistrictRowOf[row] * 4 + column / 3;
                wards.Add(
                    new SyntheticArea(
                        $"{ProvinceCode}{wards.Count + 1:D3}",
                        WardNames.Of(wards.Count),
                        "ward",
                        $"{981 + district}",
                        Wgs84.Factory.CreateMultiPolygon([grid.Cell(column, row)])
                    )
                );
            }
        }
        Wards = wards;
        Districts =
        [
            .. wards
                .GroupBy(ward => ward.ParentCode!)
                .OrderBy(group => group.Key)
                .Select(
                    (group, i) =>
                        new SyntheticArea(
                            group.Key,
                            $"Quận Mẫu {i + 1}",
                            "district",
                            ProvinceCode,
                            United(group)
                        )
                ),
        ];
        Province = new SyntheticArea(ProvinceCode, "Thành phố Mẫu", "province", null, United(Districts));
    }

    private static MultiPolygon United(IEnumerable<SyntheticArea> parts) =>
        UnaryUnionOp.Union(parts.Select(part => (Geometry)part.Boundary).ToList()) switch
        {
            Polygon polygon => Wgs84.Factory.CreateMultiPolygon([polygon]),
            MultiPolygon several => several,
            var other => throw new InvalidOperationException($"The union is a {other.GeometryType}."),
        };
}
