using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Repeats;

/// <summary>Where a household truly lives, in the parts that an address is written from.</summary>
/// <param name="Alleys">Numbers of the alleys from the street inwards; none for a house on the street.</param>
/// <param name="House">Its number there, with a letter when a plot was divided.</param>
/// <param name="Estate">The name of a block of flats; null for a house.</param>
/// <param name="Flat">The flat's number, or the room's in a house that lets rooms.</param>
internal sealed record Dwelling(
    string Street,
    string Ward,
    int[] Alleys,
    string House,
    Coordinate At,
    string? Estate = null,
    string? Tower = null,
    int Floor = 0,
    string? Flat = null
);

/// <summary>
/// Twelve wards of a square kilometre each: streets whose houses stand ten metres apart, alleys off them every few houses,
/// alleys off these, blocks of flats, houses that let rooms. Some streets run through two wards.
/// </summary>
internal sealed class Town
{
    private readonly Dice dice;
    private readonly List<Dwelling> dwellings = [];

    public Town(Dice dice)
    {
        this.dice = dice;
        for (int ward = 0; ward < Wording.Wards.Length; ward++)
        {
            double west = (ward % 4 - 2) * 1000,
                south = (ward / 4 - 1.5) * 1000;
            int first = dice.Between(0, Wording.Streets.Length - 1);
            for (int street = 0; street < 6; street++)
                Street(
                    Wording.Wards[ward],
                    Wording.Streets[(first + street) % Wording.Streets.Length],
                    west + 60,
                    south + 90 + street * 160
                );
        }
    }

    public IReadOnlyList<Dwelling> Dwellings => dwellings;

    /// <summary>So many metres east and north of the town's middle.</summary>
    private static Coordinate At(double east, double north) => Moved(SyntheticCity.Centre, east, north);

    public static Coordinate Moved(Coordinate from, double east, double north) =>
        new(
            Math.Round(from.X + east / (Wgs84.MetresInADegree * Math.Cos(from.Y * Math.PI / 180)), 6),
            Math.Round(from.Y + north / Wgs84.MetresInADegree, 6)
        );

    private void Street(string ward, string name, double x, double y)
    {
        int number = dice.Between(1, 300);
        for (int plot = 0; plot < 80; plot++, number++)
        {
            // Odd numbers on one side, even ones on the other.
            double east = x + plot * 10.5,
                north = y + (number % 2 == 0 ? 8 : -8);
            double roll = dice.Between(0.0, 1.0);
            if (roll < 0.09)
                Alley(ward, name, [number], east, north, number % 2 == 0 ? 1 : -1);
            else if (roll < 0.13)
                Divided(new Dwelling(name, ward, [], $"{number}", At(east, north)));
            else if (roll < 0.135)
                Estate(new Dwelling(name, ward, [], $"{number}", At(east, north)));
            else
                House(new Dwelling(name, ward, [], $"{number}", At(east, north)));
        }
    }

    private void Alley(string ward, string street, int[] alleys, double x, double y, int towards)
    {
        int houses = alleys.Length == 1 ? dice.Between(10, 26) : dice.Between(5, 12);
        for (int number = 1; number <= houses; number++)
        {
            // The first kind goes away from the street, those off it run along it.
            double along = number * 2.6 + 5,
                aside = number % 2 == 0 ? 3 : -3;
            double east = alleys.Length == 1 ? x + aside : x + along,
                north = alleys.Length == 1 ? y + towards * along : y + aside;
            if (alleys.Length == 1 && dice.Chance(0.1))
                Alley(ward, street, [.. alleys, number], east, north, towards);
            else if (dice.Chance(0.05))
                Divided(new Dwelling(street, ward, alleys, $"{number}", At(east, north)));
            else if (dice.Chance(0.05))
                Rooms(new Dwelling(street, ward, alleys, $"{number}", At(east, north)));
            else
                House(new Dwelling(street, ward, alleys, $"{number}", At(east, north)));
        }
    }

    private void House(Dwelling house) => dwellings.Add(house);

    private void Divided(Dwelling house)
    {
        dwellings.Add(house);
        foreach (string letter in new[] { "A", "B", "C" }[..dice.Between(1, 3)])
            dwellings.Add(
                house with
                {
                    House = $"{house.House}{letter}",
                    At = Moved(house.At, dice.Between(-4.0, 4.0), dice.Between(-4.0, 4.0)),
                }
            );
    }

    private void Rooms(Dwelling house)
    {
        for (int room = 1, rooms = dice.Between(4, 14); room <= rooms; room++)
            dwellings.Add(house with { Flat = $"{room}" });
    }

    private void Estate(Dwelling house)
    {
        string name = dice.Pick(Wording.Estates);
        int floors = dice.Between(4, 12),
            flats = dice.Between(6, 12);
        foreach (string? tower in dice.Chance(0.4) ? new string?[] { "A", "B" } : [null])
            for (int floor = 1; floor <= floors; floor++)
            for (int flat = 1; flat <= flats; flat++)
                dwellings.Add(
                    house with
                    {
                        Estate = name,
                        Tower = tower,
                        Floor = floor,
                        Flat = $"{floor}{flat:D2}",
                        At = Moved(house.At, tower == "B" ? 35 : 0, 0),
                    }
                );
    }
}
