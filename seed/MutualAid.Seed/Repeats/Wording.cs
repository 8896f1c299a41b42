namespace MutualAid.Seed.Repeats;

/// <summary>Names of a town: of streets, wards, houses, people. Streets and wards bear names that are common all over the country.</summary>
internal static class Wording
{
    public static readonly string[] Streets =
    [
        "Nguyễn Thị Minh Khai",
        "Lê Lợi",
        "Trần Hưng Đạo",
        "Nguyễn Trãi",
        "Lý Thường Kiệt",
        "Cách Mạng Tháng Tám",
        "Điện Biên Phủ",
        "Hai Bà Trưng",
        "Nguyễn Đình Chiểu",
        "Võ Văn Tần",
        "Phan Xích Long",
        "Hoàng Hoa Thám",
        "Lê Quang Định",
        "Nơ Trang Long",
        "Bùi Hữu Nghĩa",
        "Đinh Tiên Hoàng",
        "Xô Viết Nghệ Tĩnh",
        "Bạch Đằng",
        "Phan Đăng Lưu",
        "Nguyễn Văn Đậu",
        "Trần Quang Khải",
        "Nguyễn Hữu Cảnh",
        "Tôn Đức Thắng",
        "Ung Văn Khiêm",
        "Phạm Ngũ Lão",
        "Nguyễn Thiện Thuật",
        "Nguyễn Thượng Hiền",
        "Lê Văn Sỹ",
        "Huỳnh Văn Bánh",
        "Đặng Văn Ngữ",
        "Trường Sa",
        "Hoàng Sa",
        "3 Tháng 2",
        "Lạc Long Quân",
        "Âu Cơ",
        "Tân Sơn Nhì",
        "Gò Dầu",
        "Vườn Lài",
        "Nguyễn Thái Học",
        "Nguyễn Thái Bình",
    ];

    public static readonly string[] Wards =
    [
        "Bến Nghé",
        "Đa Kao",
        "Tân Định",
        "7",
        "12",
        "Phú Thọ Hòa",
        "Tân Quý",
        "15",
        "Bến Thành",
        "Cầu Kho",
        "Thảo Điền",
        "3",
    ];

    public static readonly string[] Estates =
    [
        "Hoàng Anh",
        "Miếu Nổi",
        "Ngô Gia Tự",
        "Sunrise",
        "Phúc Lộc Thọ",
        "Him Lam",
        "Thuận Việt",
        "Lý Thường Kiệt",
        "Phú Thọ",
        "An Phú",
        "Hồng Lĩnh",
        "Rạch Miễu",
    ];

    // As often as people bear them: 38 in a hundred are Nguyễn.
    public static readonly (string Name, double Weight)[] Surnames =
    [
        ("Nguyễn", 38),
        ("Trần", 12),
        ("Lê", 9.5),
        ("Phạm", 7),
        ("Huỳnh", 5),
        ("Hoàng", 4),
        ("Phan", 4.5),
        ("Vũ", 3.9),
        ("Võ", 3),
        ("Đặng", 2.1),
        ("Bùi", 2),
        ("Đỗ", 1.4),
        ("Hồ", 1.3),
        ("Ngô", 1.3),
        ("Dương", 1),
        ("Lý", 0.5),
    ];

    public static readonly string[] Middles =
    [
        "Thị",
        "Văn",
        "Thị",
        "Văn",
        "Thị Ngọc",
        "Minh",
        "Đức",
        "Thanh",
        "Hữu",
        "Kim",
    ];

    public static readonly string[] Given =
    [
        "Lan",
        "Hoa",
        "Hùng",
        "Dũng",
        "Tuấn",
        "Hương",
        "Mai",
        "Nga",
        "Bình",
        "Thảo",
        "Trang",
        "Phương",
        "Linh",
        "Sơn",
        "Hải",
        "Tâm",
        "Thủy",
        "Hạnh",
        "Yến",
        "Đạt",
        "Long",
        "Phúc",
        "Khánh",
        "Vân",
        "Tùng",
        "Nhung",
        "Út",
        "Bé",
        "Xuân",
        "Cúc",
    ];

    public static readonly string[] Titles =
    [
        "chị",
        "anh",
        "cô",
        "bà",
        "ông",
        "bác",
        "chú",
        "dì",
        "C.",
        "A.",
        "Chị",
        "Bà",
    ];

    public static readonly string[] Landmarks =
    [
        "gần chợ",
        "sau trường tiểu học",
        "đối diện nhà thờ",
        "cổng xanh",
        "cạnh tiệm thuốc tây",
        "cuối hẻm",
        "đầu ngõ có quán nước",
        "nhà lầu 2 tầng",
        "kế bên số nhà có giàn hoa giấy",
        "gần cây xăng",
    ];

    public static readonly Dictionary<string, string[]> Asks = new()
    {
        ["food"] =
        [
            "gạo, trứng, mì gói",
            "xin ít gạo và rau",
            "đồ ăn cho 4 người",
            "hết gạo rồi",
            "mì tôm, cá hộp, rau",
            "sữa cho bé, gạo",
            "lương thực",
            "cần thực phẩm gấp",
            "rau củ, dầu ăn",
            "ít đồ ăn",
        ],
        ["necessities"] =
        [
            "bỉm size M",
            "xà phòng, giấy vệ sinh",
            "bình gas",
            "tã cho bé và nước giặt",
            "nhu yếu phẩm",
            "băng vệ sinh, dầu gội",
        ],
        ["medicine"] =
        [
            "thuốc huyết áp",
            "thuốc hạ sốt",
            "paracetamol",
            "thuốc tiểu đường cho bà",
            "hết thuốc tim",
        ],
        ["medical-supplies"] = ["bình oxy", "máy đo SpO2", "khẩu trang, que test", "nhiệt kế", "oxy gấp"],
        ["health-advice"] =
        [
            "sốt 2 ngày, cần hỏi bác sĩ",
            "tư vấn F0 tại nhà",
            "bé ho nhiều",
            "người già khó thở",
        ],
        ["other"] = ["sửa ống nước", "nhờ mua thẻ điện thoại", "nhờ chở đồ", "trông giúp con mèo"],
    };
}
