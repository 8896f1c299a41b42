using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>Where people live: wards by their population, within a ward in clusters, with some in between.</summary>
public sealed class Neighbourhoods
{
    private readonly Ward[] wards;
    private readonly double[] needy;
    private readonly double[] settled;

    public Neighbourhoods(SyntheticCity city)
    {
        var dice = new Dice(SyntheticCity.UsualShape + 1);
        wards = [.. city.Wards.Select(ward => new Ward(ward, dice))];
        settled = [.. wards.Select(ward => ward.Population)];
        // An outbreak is not everywhere alike: a few wards have several times the needs of their neighbours.
        needy = [.. wards.Select(ward => ward.Population * Math.Exp(0.7 * dice.Normal()))];
    }

    /// <summary>A home of somebody in need.</summary>
    public Home NeedyHome(Dice dice) => wards[dice.Weighted(needy)].Home(dice);

    /// <summary>A home of anybody.</summary>
    public Home AnyHome(Dice dice) => wards[dice.Weighted(settled)].Home(dice);

    private sealed class Ward
    {
        private readonly SyntheticArea area;
        private readonly SimplePointInAreaLocator locator;
        private readonly Envelope box;
        private readonly (Coordinate At, double SpreadMetres, string Street)[] clusters;

        public Ward(SyntheticArea area, Dice dice)
        {
            this.area = area;
            locator = new SimplePointInAreaLocator(area.Boundary);
            box = area.Boundary.EnvelopeInternal;
            double squareKilometres =
                area.Boundary.Area
                * Wgs84.MetresInADegree
                * Wgs84.MetresInADegree
                * Math.Cos(box.Centre.Y * Math.PI / 180)
                / 1e6;
            double kilometres = Wgs84.Metres(box.Centre, SyntheticCity.Centre) / 1000;
            Population =
                squareKilometres
                * (25_000 * Math.Exp(-kilometres / 5) + 1_500)
                * Math.Exp(0.3 * dice.Normal());
            clusters =
            [
                .. Enumerable
                    .Range(0, dice.Between(4, 9))
                    .Select(_ => (Anywhere(dice), dice.Between(90.0, 350.0), dice.Pick(Texts.Streets))),
            ];
        }

        public double Population { get; }

        public Home Home(Dice dice)
        {
            var (at, spread, street) = dice.Pick(clusters);
            if (dice.Chance(0.8))
            {
                double east =
                    spread * dice.Normal() / (Wgs84.MetresInADegree * Math.Cos(at.Y * Math.PI / 180));
                var near = Rounded(at.X + east, at.Y + spread * dice.Normal() / Wgs84.MetresInADegree);
                if (locator.Locate(near) == Location.Interior)
                    return new Home(near, Address(dice, street));
            }
            return new Home(Anywhere(dice), Address(dice, dice.Pick(Texts.Streets)));
        }

        private string Address(Dice dice, string street) =>
            dice.Chance(0.6)
                ? $"Số {dice.Between(1, 120)}, ngõ {dice.Between(1, 300)}, phố {street}, {area.Name}"
                : $"Số {dice.Between(1, 400)} phố {street}, {area.Name}";

        private Coordinate Anywhere(Dice dice)
        {
            while (true)
            {
                var at = Rounded(dice.Between(box.MinX, box.MaxX), dice.Between(box.MinY, box.MaxY));
                if (locator.Locate(at) == Location.Interior)
                    return at;
            }
        }

        // A centimetre or so: phones give no more.
        private static Coordinate Rounded(double lon, double lat) =>
            new(Math.Round(lon, 7), Math.Round(lat, 7));
    }
}

/// <summary>An exact place and its address: both private.</summary>
public sealed record Home(Coordinate At, string Address);
