namespace MutualAid.Seed;

/// <summary>What people write. Public notes name no phone and no house.</summary>
internal static class Texts
{
    public static readonly string[] Streets =
    [
        "Hoa Mẫu Đơn",
        "Cây Gạo",
        "Giếng Nước",
        "Bến Đò",
        "Chợ Sáng",
        "Lò Gốm",
        "Hàng Tre",
        "Đồng Xanh",
        "Vườn Cau",
        "Cầu Mới",
        "Ao Sen",
        "Đình Trong",
        "Xóm Lưới",
        "Nhà Rông",
        "Gốc Đề",
        "Ngã Ba Làng",
    ];

    /// <summary>Seen by all while the need is live.</summary>
    public static string? PublicNote(Dice dice, Category category, int people) =>
        dice.Chance(0.55)
            ? dice.Pick(PublicNotes[category.Code])
                .Replace("{n}", people.ToString(System.Globalization.CultureInfo.InvariantCulture))
            : null;

    /// <summary>Of one need, for the giver who comes.</summary>
    public static string? Details(Dice dice, Category category) =>
        dice.Chance(0.5) ? dice.Pick(AllDetails[category.Code]) : null;

    /// <summary>Of the whole post, for the giver who comes.</summary>
    public static string? Note(Dice dice) => dice.Chance(0.4) ? dice.Pick(Notes) : null;

    public static string? OfferNote(Dice dice) => dice.Chance(0.3) ? dice.Pick(OfferNotes) : null;

    public static readonly string[] WithdrawReasons =
    [
        "Đã có người thân mang đến",
        "Không cần nữa, xin nhường người khác",
        "Đã mua được",
        "Đăng nhầm",
    ];

    public static readonly string[] CloseReasons =
    [
        "duplicate",
        "helpedElsewhere",
        "cannotBeReached",
        "outOfScope",
    ];

    public static readonly string[] DeclineReasons = ["tooFar", "noTime", "outOfStock"];

    public static readonly string[] FailReasons = ["nobodyHome", "wrongPlace", "refused"];

    private static readonly Dictionary<string, string[]> PublicNotes = new()
    {
        ["food"] =
        [
            "Nhà có {n} người, đã hết gạo từ hôm qua.",
            "Cần gạo, mì và ít rau cho {n} người.",
            "Có cháu nhỏ, xin thêm sữa nếu có.",
            "Hai ông bà già không đi chợ được.",
            "Khu trọ công nhân, mất việc gần hai tháng.",
            "Cả nhà đang cách ly, nhờ bà con giúp ít đồ ăn.",
            "Gia đình {n} người, thu nhập không còn, xin ít lương thực.",
            "Trứng, rau, gạo, có gì giúp nấy, xin cảm ơn.",
        ],
        ["necessities"] =
        [
            "Cần bỉm size M và sữa tắm cho bé.",
            "Xin xà phòng, giấy vệ sinh, kem đánh răng.",
            "Nhà hết gas, chưa ra ngoài mua được.",
            "Cần ít dầu ăn, nước mắm, muối.",
            "Có bà bầu tháng thứ tám, xin ít đồ sơ sinh.",
            "Cần băng vệ sinh và nước rửa tay.",
        ],
        ["medicine"] =
        [
            "Ông bị huyết áp cao, sắp hết thuốc.",
            "Cần thuốc hạ sốt cho trẻ em.",
            "Hết thuốc tiểu đường, đơn thuốc có sẵn.",
        ],
        ["medical-supplies"] =
        [
            "Cần bình oxy, người nhà khó thở từ sáng.",
            "Xin mượn máy đo nồng độ oxy.",
            "Cần nhiệt kế và khẩu trang y tế.",
            "Nhà có F0, xin ít bộ xét nghiệm nhanh.",
            "Cần găng tay và nước sát khuẩn.",
        ],
        ["health-advice"] =
        [
            "Sốt hai ngày chưa hạ, cần bác sĩ tư vấn.",
            "Mẹ mới tiêm mũi hai, mệt nhiều, xin hỏi bác sĩ.",
            "Cần tư vấn chăm người bệnh tại nhà.",
        ],
        ["other"] =
        [
            "Nhờ mua giúp thẻ điện thoại và đồ lặt vặt.",
            "Cần người trông giúp mèo trong lúc đi cách ly.",
            "Nhờ sửa giúp ống nước bị vỡ.",
        ],
    };

    private static readonly Dictionary<string, string[]> AllDetails = new()
    {
        ["food"] =
        [
            "Sữa cho bé 6 tháng, loại nào cũng được",
            "Ưu tiên gạo và trứng",
            "Ông bà ăn chay",
            "Không có bếp, xin đồ ăn liền",
            "Cháu bé dị ứng hải sản",
        ],
        ["necessities"] =
        [
            "Bỉm size M hoặc L",
            "Bình gas loại 12 kg",
            "Xà phòng cho da nhạy cảm",
            "Sữa bột cho bé 1 tuổi",
        ],
        ["medicine"] = ["Amlodipine 5 mg theo đơn", "Paracetamol gói cho trẻ", "Metformin 500 mg theo đơn"],
        ["medical-supplies"] =
        [
            "Bình oxy 8 lít, có van",
            "Máy đo SpO2 kẹp ngón tay",
            "Bộ xét nghiệm cho 3 người",
            "Khẩu trang loại 4 lớp",
        ],
        ["health-advice"] =
        [
            "Gọi sau 18 giờ giúp",
            "Người bệnh 67 tuổi, có bệnh nền",
            "Bé 3 tuổi sốt 38,5 độ",
        ],
        ["other"] = ["Gọi trước khi đến", "Việc nhẹ, khoảng 30 phút"],
    };

    private static readonly string[] Notes =
    [
        "Gọi trước 10 phút, tôi ra đầu ngõ nhận.",
        "Xin treo đồ ở cổng, nhà đang cách ly.",
        "Nhà cuối ngõ, cổng xanh, có chó nhưng đã xích.",
        "Bà cụ nặng tai, gọi cửa to giúp.",
        "Chung cư không thang máy, để ở bảo vệ tầng 1.",
        "Chỉ nhận được sau 17 giờ.",
        "Ngõ nhỏ, ô tô không vào được.",
        "Nhà trọ dãy B, hỏi phòng cuối.",
    ];

    private static readonly string[] OfferNotes =
    [
        "Nhóm bạn trẻ trong phường, có hai xe máy.",
        "Bếp cơm của chùa, nấu mỗi sáng.",
        "Cửa hàng tạp hoá, góp đều hằng ngày.",
        "Nhà có ô tô bán tải, chở được đồ nặng.",
        "Chỉ giao được cuối tuần và buổi tối.",
        "Bác sĩ nghỉ hưu, nhận tư vấn qua điện thoại.",
    ];
}
