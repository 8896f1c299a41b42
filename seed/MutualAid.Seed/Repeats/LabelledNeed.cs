using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MutualAid.Seed.Repeats;

/// <summary>A need as somebody typed it, and, which no rule may read, whose it truly is.</summary>
/// <param name="Number">Its place in the set, in the order of posting, from 0.</param>
/// <param name="Household">Who truly lives there: two needs of one number are one household's.</param>
/// <param name="Kind">How it came into the set: for a report of what is found and what is not.</param>
/// <param name="Poster">The phone of the account that posted, E.164.</param>
/// <param name="Phone">The phone that was given for the one in need; the poster's own in a post for oneself.</param>
/// <param name="Address">As typed; null when it was left out.</param>
/// <param name="Lon">Degrees, as the phone or the map said.</param>
public sealed record LabelledNeed(
    int Number,
    int Household,
    string Kind,
    string Poster,
    string Phone,
    bool OnBehalf,
    string? Name,
    string? Address,
    double Lon,
    double Lat,
    string Category,
    string Urgency,
    int Quantity,
    int People,
    string? Details,
    DateTimeOffset At
)
{
    /// <summary>The half that no rule, weight or threshold was chosen by: of whole households, by a hash.</summary>
    public bool HeldOut =>
        (
            SHA256.HashData(
                Encoding.UTF8.GetBytes($"household {Household.ToString(CultureInfo.InvariantCulture)}")
            )[0] & 1
        ) == 1;

    /// <summary>One line of the set: tabs between the fields, no field holds one.</summary>
    public string Line =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Number}\t{Household}\t{Kind}\t{(HeldOut ? "held" : "train")}\t{Poster}\t{Phone}\t{(OnBehalf ? 1 : 0)}\t{Name}\t{Address}\t{Lon:F6}\t{Lat:F6}\t{Category}\t{Urgency}\t{Quantity}\t{People}\t{Details}\t{At:yyyy-MM-ddTHH:mm:ssZ}"
        );
}
