using System.Globalization;
using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Repeats;

/// <summary>Makes the needs: those that nobody confuses, those that look alike and are not the same, and the repeats.</summary>
internal sealed class NeedMaker
{
    private const int OtherFlat = 1_000;
    private const int NextDoor = 1_500;
    private const int SameName = 700;
    private const int SharedPhone = 1_000;
    private const int OtherCategory = 600;
    private const int LongAgo = 400;
    private const int OneRoof = 120;
    public const int AllAlike =
        OtherFlat + NextDoor + SameName + SharedPhone + OtherCategory + LongAgo + OneRoof;

    private readonly Dice dice;
    private readonly List<(LabelledNeed Need, Family Of)> made = [];
    private readonly Free free;
    private int families;
    private long phones;

    public NeedMaker(Dice dice)
    {
        this.dice = dice;
        free = new Free(new Town(dice).Dwellings, dice);
    }

    public IEnumerable<LabelledNeed> Needs => made.Select(one => one.Need);

    public void Ordinary(int count)
    {
        for (int i = 0; i < count; i++)
            Add("ordinary", Settle(free.Any()), Anytime());
    }

    /// <summary>What is no repeat and looks like one, each beside a need that is there already.</summary>
    public void Alike()
    {
        var bases = made.ToList();
        for (int i = 0; i < OtherFlat; i++)
        {
            var home = free.InSameHouse();
            Beside(
                "otherFlat",
                home,
                bases.FirstOrDefault(one => one.Of.Home.At.Equals2D(home.At)).Need ?? dice.Pick(bases).Need
            );
        }
        for (int i = 0; i < NextDoor; i++)
        {
            var (need, of) = dice.Pick(bases);
            Beside("nextDoor", free.NextDoor(of.Home), need);
        }
        for (int i = 0; i < SameName; i++)
        {
            var of = dice.Pick(bases).Of;
            var other = Settle(free.InWard(of.Home.Ward));
            Add("sameName", other with { Members = of.Members }, Anytime());
        }
        VolunteersPost();
        for (int i = 0; i < OtherCategory; i++)
        {
            var (need, of) = dice.Pick(bases);
            Add("otherCategory", of, Within(need.At, 13), category: Category(butNot: need.Category));
        }
        for (int i = 0; i < LongAgo; i++)
        {
            var (need, of) = dice.Pick(bases);
            double days = dice.Between(14.05, 24);
            var at = need.At.AddDays(
                need.At.AddDays(days) < LabelledNeeds.From + LabelledNeeds.Span ? days : -days
            );
            Add("longAgo", of, at, category: need.Category);
        }
        // Two families behind one door, and no letter or room that tells them apart.
        for (int i = 0; i < OneRoof; i++)
        {
            var (need, of) = dice.Pick(bases);
            Add("oneRoof", Settle(of.Home), Within(need.At, 13), category: need.Category);
        }
    }

    public void Repeats(int count)
    {
        var bases = made.ToList();
        for (int i = 0; i < count; i++)
        {
            // Some ask a third time.
            var (need, of) = dice.Chance(0.06) ? made[^1] : dice.Pick(bases);
            double days = dice.Chance(0.6) ? dice.Between(0.02, 3.0) : dice.Between(3.0, 13.5);
            Again(need, of, need.At.AddDays(days));
        }
    }

    private void Again(LabelledNeed need, Family of, DateTimeOffset at)
    {
        int who = dice.Between(0, of.Phones.Length - 1);
        string poster = of.Phones[who],
            phone = poster;
        bool onBehalf = false;
        switch (dice.Weighted([0.5, 0.2, 0.18, 0.12]))
        {
            case 0:
                (poster, phone, onBehalf) = (need.Poster, need.Phone, need.OnBehalf);
                break;
            case 2: // somebody else for them, by their phone
                (poster, onBehalf) = (Phone(), true);
                break;
            case 3: // somebody else for them, by the helper's own
                (poster, onBehalf) = (Phone(), true);
                phone = poster;
                break;
        }
        var place = onBehalf && dice.Chance(0.5) ? of.Off(dice, 40, 180) : of.Off(dice, 10, 150);
        string urgency =
            need.Urgency == "urgent" || dice.Chance(0.55) ? need.Urgency
            : dice.Chance(0.5) ? "urgent"
            : "soon";
        Put("repeat", of, at, poster, phone, onBehalf, place, need.Category, urgency, new Hand(dice));
    }

    // A few in each ward write for many, and mostly give their own number.
    private void VolunteersPost()
    {
        for (int i = 0; i < SharedPhone; )
        {
            string phone = Phone();
            var hand = new Hand(dice);
            string ward = dice.Pick(Wording.Wards);
            for (int post = 0, posts = dice.Between(2, 14); post < posts && i < SharedPhone; post++, i++)
            {
                var family = Settle(free.InWard(ward));
                bool own = dice.Chance(0.75);
                Put(
                    "sharedPhone",
                    family,
                    Anytime(),
                    phone,
                    own ? phone : family.Phones[0],
                    true,
                    dice.Chance(0.5) ? family.Off(dice, 10, 90) : family.Fix(dice),
                    Category(),
                    Urgency(),
                    hand
                );
            }
        }
    }

    private void Beside(string kind, Dwelling home, LabelledNeed near) =>
        Add(kind, Settle(home), Within(near.At, 13), category: dice.Chance(0.8) ? near.Category : null);

    private void Add(string kind, Family of, DateTimeOffset at, string? category = null)
    {
        string poster = dice.Pick(of.Phones);
        bool onBehalf = dice.Chance(0.12);
        Put(
            kind,
            of,
            at,
            onBehalf ? Phone() : poster,
            poster,
            onBehalf,
            of.Fix(dice),
            category ?? Category(),
            Urgency(),
            new Hand(dice)
        );
    }

    private void Put(
        string kind,
        Family of,
        DateTimeOffset at,
        string poster,
        string phone,
        bool onBehalf,
        Coordinate place,
        string category,
        string urgency,
        Hand hand
    ) =>
        made.Add(
            (
                new LabelledNeed(
                    made.Count,
                    of.Number,
                    kind,
                    poster,
                    phone,
                    onBehalf,
                    of.Called(dice, dice.Between(0, 2)),
                    hand.Write(of.Home),
                    place.X,
                    place.Y,
                    category,
                    urgency,
                    dice.Between(1, 6),
                    Math.Max(1, of.People + dice.Between(-1, 1)),
                    dice.Chance(0.6) ? dice.Pick(Wording.Asks[category]) : null,
                    new DateTimeOffset(at.Ticks - at.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero)
                ),
                of
            )
        );

    private Family Settle(Dwelling home) => Family.Of(dice, families++, home, Phone);

    private string Phone() => People.Phone(phones++).ToString(CultureInfo.InvariantCulture);

    private DateTimeOffset Anytime() =>
        dice.Between(LabelledNeeds.From, LabelledNeeds.From + LabelledNeeds.Span);

    private DateTimeOffset Within(DateTimeOffset at, double days) => at.AddDays(dice.Between(-days, days));

    private string Urgency() => NeedMix.Urgencies[dice.Weighted([0.45, 0.4, 0.15])].Code;

    private string Category(string? butNot = null)
    {
        while (true)
        {
            string[] codes = [.. Wording.Asks.Keys];
            string drawn = codes[dice.Weighted([0.55, 0.2, 0.09, 0.08, 0.05, 0.03])];
            if (drawn != butNot)
                return drawn;
        }
    }
}
