using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>
/// Four people of the synthetic city to sign in as, and what they have going on: the resident's food has been accepted by the
/// neighbour, the other needs are open.
/// </summary>
public sealed class DemoPeople
{
    /// <summary>The ward that the resident lives in and the team lead works for.</summary>
    public const string WardCode = "98066";

    // Beside the drawn ones: People.Phone leaves the first ten of its range alone.
    public SeedPerson Resident { get; }
    public SeedPerson Neighbour { get; }
    public SeedPerson TeamLead { get; }
    public SeedPerson Operator { get; }
    public SeedBatch Batch { get; }

    public DemoPeople(SyntheticCity city, DateTimeOffset now)
    {
        var dice = new Dice(1945);
        Resident = Person(dice, now, 1, "Nguyễn Thị Lan");
        Neighbour = Person(dice, now, 2, "Trần Văn Minh");
        TeamLead = Person(dice, now, 3, "Lê Thu Hà");
        Operator = Person(dice, now, 4, "Phạm Quốc Bảo");

        var ward = city.Wards.Single(ward => ward.Code == WardCode);
        var home = ward.Boundary.InteriorPoint.Coordinate;
        var posted = now.AddHours(-2);
        var household = new SeedHousehold(
            dice.Id(posted),
            Resident.Id,
            false,
            new Coordinate(Math.Round(home.X, 7), Math.Round(home.Y, 7)),
            $"Số 12, ngõ 34, phố Ao Sen, {ward.Name}",
            Resident.Phone,
            Resident.Name,
            "Gọi trước 10 phút, tôi ra đầu ngõ nhận.",
            4,
            posted
        );
        var food = Need(
            dice,
            household,
            NeedMix.Food,
            4,
            0,
            "Nhà có cháu nhỏ, cần gạo và sữa.",
            "Sữa cho bé 6 tháng"
        );
        food.Promised = 4;
        SeedRequest[] requests =
        [
            food,
            Need(dice, household, NeedMix.Necessities, 2, 1, "Cần bỉm và xà phòng.", "Bỉm size M"),
            Need(dice, household, NeedMix.Supplies, 1, 1, "Xin mượn nhiệt kế.", null),
        ];
        var offer = new SeedOffer
        {
            Id = dice.Id(now.AddDays(-3)),
            AccountId = Neighbour.Id,
            Category = NeedMix.Food,
            Capacity = 60,
            PerDay = 20,
            // A kilometre to the east, or a little less.
            Place = new Coordinate(Math.Round(home.X + 0.009, 7), Math.Round(home.Y, 7)),
            ReachMetres = 3_000,
            Note = "Mỗi ngày 20 phần gạo và rau, giao bằng xe máy.",
            CreatedAt = now.AddDays(-3),
            Promised = 4,
        };
        var asked = now.AddMinutes(-40);
        var match = new SeedMatch(
            dice.Id(asked),
            food,
            offer,
            dice.Id(asked),
            4,
            LocalDay.Of(asked),
            "accepted",
            "matcher",
            asked
        )
        {
            RespondBy = asked + food.Urgency.RespondWithin,
            AcceptedAt = now.AddMinutes(-25),
            DueBy = now.AddMinutes(-25) + food.Urgency.DueWithin,
            HandOverCode = $"{dice.Between(0, 999_999):D6}",
        };
        Batch = new SeedBatch(
            [Resident, Neighbour, TeamLead, Operator],
            [household],
            requests,
            [offer],
            [match]
        );
    }

    private static SeedPerson Person(Dice dice, DateTimeOffset now, int number, string name) =>
        new(dice.Id(now.AddDays(-30)), $"{People.Range}{number:D7}", name, "vi", now.AddDays(-30));

    private static SeedRequest Need(
        Dice dice,
        SeedHousehold household,
        Category category,
        int quantity,
        int urgency,
        string publicNote,
        string? details
    ) =>
        new()
        {
            Id = dice.Id(household.CreatedAt),
            Household = household,
            Category = category,
            Quantity = quantity,
            Divisible = category.Divisible,
            Urgency = NeedMix.Urgencies[urgency],
            PublicNote = publicNote,
            Details = details,
            CreatedAt = household.CreatedAt,
            ExpiresAt = household.CreatedAt + category.Expiry,
        };
}
