using System.Globalization;
using Bogus;
using Bogus.DataSets;

namespace MutualAid.Seed;

/// <summary>A person with an account.</summary>
/// <param name="Phone">E.164, in <see cref="People.Phone"/>'s range.</param>
public sealed record SeedPerson(Guid Id, string Phone, string Name, string Locale, DateTimeOffset CreatedAt);

/// <summary>Draws people: names from Bogus in Vietnamese order, phones that are nobody's.</summary>
public sealed class People
{
    /// <summary>How many phones there are to draw.</summary>
    public const int Phones = 9_999_990;

    /// <summary>What every made-up phone begins with; seven digits follow.</summary>
    public const string Range = "+8451";

    private readonly Dice dice;
    private readonly Name names;
    private long next;

    /// <param name="first">How many people were drawn before, in this run and in those before it: phones go on from there.</param>
    public People(Dice dice, long first)
    {
        this.dice = dice;
        next = first;
        names = new Name("vi") { Random = new Randomizer(dice.Seed()) };
    }

    public SeedPerson Next(DateTimeOffset createdAt) =>
        new(dice.Id(createdAt), Phone(next++), FullName(), dice.Chance(0.04) ? "en" : "vi", createdAt);

    /// <summary>A name alone: of somebody helped by another.</summary>
    // Bogus spells some given names with the Icelandic Ð (U+00D0), which no Vietnamese search would find.
    public string FullName() =>
        $"{(dice.Chance(0.35) ? "Nguyễn" : names.LastName())} {names.FirstName()}"
            .Replace('Ð', 'Đ')
            .Replace('ð', 'đ');

    /// <summary>Whether this phone (E.164) was drawn: nobody holds it, and nobody of the demo signs in with it.</summary>
    public static bool AreMadeUp(string phone) =>
        phone.StartsWith(Range, StringComparison.Ordinal)
        && long.TryParse(
            phone.AsSpan(Range.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long number
        )
        && number >= 10;

    /// <summary>
    /// The phone of a person by number: 051 is of the mobile plan and, as far as we know, given to no operator: no message
    /// should reach a stranger. Each number comes once (7,368,787 and the count share no divisor); the first ten of the range
    /// are left to the demo's people.
    /// </summary>
    public static string Phone(long number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Phones);
        return $"{Range}{10 + number * 7_368_787 % Phones:D7}";
    }
}
