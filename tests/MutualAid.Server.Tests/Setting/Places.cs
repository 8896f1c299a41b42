namespace MutualAid.Server.Tests;

/// <summary>
/// A made-up province round 105.85 E, 21.03 N: two districts side by side, each with two wards (west/east of 105.85, south/north
/// of 21.03); the north-west ward has two neighbourhood groups below it. And a second province far to the south.
/// </summary>
public static class Places
{
    public static readonly Guid Province = Guid.Parse("01900000-0000-7000-8000-000000000001");
    public static readonly Guid WestDistrict = Guid.Parse("01900000-0000-7000-8000-000000000011");
    public static readonly Guid EastDistrict = Guid.Parse("01900000-0000-7000-8000-000000000012");
    public static readonly Guid SouthWest = Guid.Parse("01900000-0000-7000-8000-000000000021");
    public static readonly Guid NorthWest = Guid.Parse("01900000-0000-7000-8000-000000000022");
    public static readonly Guid SouthEast = Guid.Parse("01900000-0000-7000-8000-000000000023");
    public static readonly Guid NorthEast = Guid.Parse("01900000-0000-7000-8000-000000000024");
    public static readonly Guid NorthWestGroupOne = Guid.Parse("01900000-0000-7000-8000-000000000031");
    public static readonly Guid NorthWestGroupTwo = Guid.Parse("01900000-0000-7000-8000-000000000032");
    public static readonly Guid OtherProvince = Guid.Parse("01900000-0000-7000-8000-000000000002");
    public static readonly Guid OtherWard = Guid.Parse("01900000-0000-7000-8000-000000000025");

    internal static readonly string Sql = $"""
        insert into area (id, parent_id, root_id, code, name, level, boundary) values
          ('{Province}', null, '{Province}', '01', 'Tỉnh Thử', 'province', {Box(
            105.80,
            21.00,
            105.90,
            21.06
        )}),
          ('{WestDistrict}', '{Province}', '{Province}', '001', 'Quận Tây', 'district', {Box(
            105.80,
            21.00,
            105.85,
            21.06
        )}),
          ('{EastDistrict}', '{Province}', '{Province}', '002', 'Quận Đông', 'district', {Box(
            105.85,
            21.00,
            105.90,
            21.06
        )}),
          ('{SouthWest}', '{WestDistrict}', '{Province}', '00001', 'Phường Gạo', 'ward', {Box(
            105.80,
            21.00,
            105.85,
            21.03
        )}),
          ('{NorthWest}', '{WestDistrict}', '{Province}', '00002', 'Phường Đèn', 'ward', {Box(
            105.80,
            21.03,
            105.85,
            21.06
        )}),
          ('{SouthEast}', '{EastDistrict}', '{Province}', '00003', 'Phường Hoà Bình', 'ward', {Box(
            105.85,
            21.00,
            105.90,
            21.03
        )}),
          ('{NorthEast}', '{EastDistrict}', '{Province}', '00004', 'Phường Sông', 'ward', {Box(
            105.85,
            21.03,
            105.90,
            21.06
        )}),
          ('{NorthWestGroupOne}', '{NorthWest}', '{Province}', '1', 'Tổ 1', 'group', {Box(
            105.80,
            21.03,
            105.825,
            21.06
        )}),
          ('{NorthWestGroupTwo}', '{NorthWest}', '{Province}', '2', 'Tổ 2', 'group', {Box(
            105.825,
            21.03,
            105.85,
            21.06
        )}),
          ('{OtherProvince}', null, '{OtherProvince}', '79', 'Tỉnh Khác', 'province', {Box(
            106.60,
            10.70,
            106.80,
            10.85
        )}),
          ('{OtherWard}', '{OtherProvince}', '{OtherProvince}', '26734', 'Phường Khác', 'ward', {Box(
            106.60,
            10.70,
            106.80,
            10.85
        )});
        select area_refresh('{Province}'); select area_refresh('{OtherProvince}');
        """;

    private static string Box(double west, double south, double east, double north) =>
        FormattableString.Invariant(
            $"st_multi(st_makeenvelope({west}, {south}, {east}, {north}, 4326))::geography"
        );
}
