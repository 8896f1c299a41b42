namespace MutualAid.Seed;

/// <summary>Names that no real ward bears: a plant and what it is like.</summary>
internal static class WardNames
{
    private static readonly string[] Plants =
    [
        "Sen",
        "Cúc",
        "Mai",
        "Đào",
        "Trúc",
        "Quế",
        "Bưởi",
        "Nhãn",
        "Lúa",
        "Phượng",
        "Khế",
        "Gạo",
    ];

    private static readonly string[] Likenesses =
    [
        "Hồng",
        "Vàng",
        "Xanh",
        "Trắng",
        "Tím",
        "Thơm",
        "Sớm",
        "Biếc",
        "Non",
        "Đỏ",
    ];

    public static string Of(int ward) =>
        $"Phường {Plants[ward % Plants.Length]} {Likenesses[ward / Plants.Length % Likenesses.Length]}";
}
