using System.Globalization;
using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Simulation;

/// <summary>Days of real calls: their times, places and kinds are the file's, all else is drawn.</summary>
/// <param name="calls">By time.</param>
/// <param name="fold">Days of the file that make one day here, each call at its hour.</param>
internal sealed class CalledDays(Calls calls, int fold)
{
    /// <summary>Degrees: a cell of this size stands for a ward.</summary>
    private const double WardDegrees = 0.02;

    // Givers live near those who called, not at their doors.
    private const double GiverSpreadMetres = 1_000;

    public Scenario Draw(long seed, int days, Regime regime, Conditions conditions)
    {
        var first = calls.Answerable[0].At.Date;
        var dice = Dice.For(seed, 2, 0);
        var needs = new List<Need>();
        foreach (var call in calls.Answerable)
        {
            int day = (int)(call.At.Date - first).TotalDays / fold;
            if (day < days)
                needs.Add(NeedOf(dice, call, day * Scenario.Day + (int)call.At.TimeOfDay.TotalSeconds));
        }
        Need[] numbered =
        [
            .. needs
                .OrderBy(need => need.PostedAt)
                .ThenBy(need => need.Id)
                .Select((need, number) => need with { Number = number }),
        ];
        return new Scenario(
            seed,
            new DateTimeOffset(first, TimeSpan.FromHours(-5)),
            Guid.Empty,
            days,
            conditions.HouseholdsADay,
            numbered,
            Givers(
                Dice.For(seed, 3, 0),
                numbered,
                (int)Math.Round(regime.GiversPerHundred * numbered.Length / days / 100),
                conditions.ReachFactor
            )
        );
    }

    private static Need NeedOf(Dice dice, Call call, int postedAt)
    {
        string ward = string.Create(
            CultureInfo.InvariantCulture,
            $"{Cell(call.Latitude):F2}, {Cell(call.Longitude):F2}"
        );
        var place = GridCell.Centre(call.Longitude, call.Latitude);
        int urgency = call.Emergency
            ? 2
            : NeedMix.Urgencies.ToList().IndexOf(NeedMix.DrawUrgency(dice, call.Category));
        return new Need(
            0,
            dice.Id(DateTimeOffset.UnixEpoch),
            dice.Id(DateTimeOffset.UnixEpoch),
            dice.Id(DateTimeOffset.UnixEpoch),
            postedAt,
            ward,
            WardOf.AreaId(ward),
            call.Category,
            urgency,
            dice.Between(1, call.Category.MostUnits),
            call.Category.Divisible && dice.Chance(0.8),
            place.Longitude,
            place.Latitude
        );
    }

    // The south-west corner of the ward.
    private static double Cell(double degrees) => Math.Floor(degrees / WardDegrees) * WardDegrees;

    private static Giver[] Givers(Dice dice, Need[] needs, int count, double reachFactor)
    {
        // Help is not where the need is: wards differ in how many give for each who asks, as they do in the synthetic city.
        var wards = needs
            .GroupBy(need => need.Area)
            .OrderBy(ward => ward.Key, StringComparer.Ordinal)
            .ToArray();
        double[] weights = [.. wards.Select(ward => ward.Count() * Math.Exp(0.7 * dice.Normal()))];
        double[] categories =
        [
            .. Categories.Select(category => (double)needs.Count(need => need.Category == category)),
        ];
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(number =>
                {
                    var near = dice.Pick([.. wards[dice.Weighted(weights)]]);
                    var home = new Coordinate(
                        near.Longitude
                            + GiverSpreadMetres
                                * dice.Normal()
                                / (Wgs84.MetresInADegree * Math.Cos(double.DegreesToRadians(near.Latitude))),
                        near.Latitude + GiverSpreadMetres * dice.Normal() / Wgs84.MetresInADegree
                    );
                    return GiverDraw.Draw(
                        dice,
                        number,
                        Categories[dice.Weighted(categories)],
                        home,
                        reachFactor
                    );
                }),
        ];
    }

    private static readonly Category[] Categories = [NeedMix.Food, NeedMix.Necessities, NeedMix.Supplies];
}
