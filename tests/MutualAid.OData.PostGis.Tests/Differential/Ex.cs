namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Where an expression is evaluated: the row, and the names of lambdas around it.</summary>
public sealed record Env(World World, Row It, IReadOnlyDictionary<string, Row> Names)
{
    public static Env Of(World world, Row row) => new(world, row, new Dictionary<string, Row>());

    public Env With(string name, Row row) =>
        this with
        {
            Names = new Dictionary<string, Row>(Names) { [name] = row },
        };
}

/// <summary>One expression twice: as OData text, and as what it means.</summary>
/// <param name="Loose">The value is a floating number that two ways of reckoning need not agree on to the last digit.</param>
public sealed record Ex(string Text, Kind Kind, Func<Env, object?> Of, bool Loose = false);

/// <summary>The drawn query's answer hangs on a last digit, or overflows: it is drawn anew.</summary>
public sealed class DoubtfulException(string why) : Exception(why);
