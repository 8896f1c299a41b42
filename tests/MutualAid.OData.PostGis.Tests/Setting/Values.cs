using System.Globalization;
using System.Xml;

namespace MutualAid.OData.PostGis.Tests;

/// <summary>Values of every kind: drawn, written as an OData literal, and written for PostgreSQL.</summary>
public static class Values
{
    private static readonly DateTimeOffset Start = new(2024, 2, 28, 17, 30, 0, TimeSpan.Zero);

    public static object Draw(Kind kind, Random random) =>
        kind switch
        {
            Kind.Int16 => (long)random.Next(-6, 7),
            Kind.Int32 => (long)random.Next(-20, 21),
            Kind.Int64 => random.Next(5) == 0
                ? 9_007_199_254_740_993L + random.Next(3)
                : random.Next(-40, 40),
            // Eighths are exact in binary and in decimal.
            Kind.Double => random.Next(-80, 81) / 8.0,
            Kind.Decimal => random.Next(-5000, 5001) / 100m,
            Kind.Boolean => random.Next(2) == 0,
            Kind.String => World.Texts[random.Next(World.Texts.Length)],
            Kind.Guid => new Guid(
                random.Next(12),
                1,
                (short)random.Next(3),
                0x9A,
                2,
                3,
                4,
                5,
                6,
                7,
                (byte)random.Next(256)
            ),
            Kind.DateTimeOffset => Start
                .AddHours(random.Next(-60, 61))
                .AddMicroseconds(random.Next(3) == 0 ? random.Next(60_000_000) : 0),
            Kind.Date => new DateOnly(2024, 2, 20).AddDays(random.Next(30)),
            Kind.TimeOfDay => new TimeOnly(random.Next(24), random.Next(4) * 15).Add(
                TimeSpan.FromMicroseconds(random.Next(3) == 0 ? random.Next(60_000_000) : 0)
            ),
            Kind.Duration => TimeSpan.FromMinutes(random.Next(-100, 200) * 30)
                + TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(60_000) : 0),
            Kind.GeographyPoint => Shape.Of(Spot(random)),
            Kind.GeographyLineString => Shape.Line([
                .. Enumerable.Range(0, random.Next(2, 5)).Select(_ => Spot(random)),
            ]),
            Kind.GeographyPolygon => Shape.Around(
                Spot(random),
                random.Next(2, 40) / 1000.0,
                random.Next(3, 7)
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>As it stands in an OData expression.</summary>
    public static string Literal(object? value, Kind kind) =>
        value switch
        {
            null => "null",
            long number => number.ToString(CultureInfo.InvariantCulture),
            double number => number.ToString("0.0##", CultureInfo.InvariantCulture),
            decimal number => number.ToString("0.0#####", CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            Guid id => id.ToString(),
            DateTimeOffset time => time.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
                CultureInfo.InvariantCulture
            ),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            TimeSpan span => $"duration'{XmlConvert.ToString(span)}'",
            Shape shape => $"geography'SRID=4326;{shape.Text}'",
            _ => throw new ArgumentException($"{kind}: {value.GetType()}"),
        };

    /// <summary>As PostgreSQL reads it.</summary>
    public static string? Sql(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            DateTimeOffset time => time.ToString(
                "yyyy-MM-dd HH:mm:ss.ffffffzzz",
                CultureInfo.InvariantCulture
            ),
            TimeSpan span => $"{span.Ticks / 10} microseconds",
            Shape shape => $"SRID=4326;{shape.Text}",
            bool flag => flag ? "true" : "false",
            IFormattable other => Literal(other, Kind.None),
            _ => throw new ArgumentException(value.GetType().Name),
        };

    // Some stand at the same place.
    private static Position Spot(Random random) =>
        random.Next(5) == 0
            ? new Position(106.70, 10.77)
            : new Position((106_600 + random.Next(200)) / 1000.0, (10_700 + random.Next(200)) / 1000.0);
}
