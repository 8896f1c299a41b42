namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>A place where expressions stand: whose properties it sees, under which prefix.</summary>
/// <param name="Prefix">Empty, or a lambda's name with a slash.</param>
public sealed record Place(Table Table, string Prefix, Func<Env, Row?> Row)
{
    public static Place It(Table table) => new(table, "", env => env.It);
}

/// <summary>Draws expressions of a wanted kind.</summary>
public sealed partial class Draw(World world, Random random)
{
    private static readonly Kind[] Scalars =
    [
        Kind.Int16,
        Kind.Int32,
        Kind.Int64,
        Kind.Double,
        Kind.Decimal,
        Kind.Boolean,
        Kind.String,
        Kind.Guid,
        Kind.DateTimeOffset,
        Kind.Date,
        Kind.TimeOfDay,
        Kind.Duration,
    ];
    private int lambdas;

    public Random Random => random;

    public T One<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public bool Chance(int percent) => random.Next(100) < percent;

    /// <summary>A condition.</summary>
    public Ex Condition(Place place, int depth) =>
        depth <= 0
            ? Comparison(place, 0)
            : random.Next(12) switch
            {
                0 or 1 => Both(place, depth, "and"),
                2 or 3 => Both(place, depth, "or"),
                4 or 5 => Not(Condition(place, depth - 1)),
                6 => Among(place),
                7 => Called(place, depth - 1, Kind.Boolean),
                8 => Property(place, Kind.Boolean),
                9 when place.Table.Ways.Any(way => way.Many) && place.Prefix.Length == 0 => Lambda(
                    place,
                    depth - 1
                ),
                10 => OfConditions(place, depth),
                _ => Comparison(place, depth),
            };

    /// <summary>A value of any kind that can be compared and sorted.</summary>
    public Ex Scalar(Place place, int depth) => Value(place, One(KindsOf(place)), depth);

    public Ex Value(Place place, Kind kind, int depth)
    {
        if (kind == Kind.Boolean && depth > 0 && Chance(30))
            return Inside(Condition(place, depth - 1));
        if (depth > 0 && Chance(60))
            return Semantics.IsNumber(kind) && Chance(50)
                ? Reckoned(place, kind, depth - 1)
                : Called(place, depth - 1, kind);
        return Chance(75) || kind is Kind.Boolean ? Property(place, kind) : Typed(Literal(kind));
    }

    // Literals alone would be reckoned as Single, which then does not meet with decimals.
    private static Ex Typed(Ex literal) =>
        literal.Kind == Kind.Decimal ? literal with { Text = literal.Text + "M" } : literal;

    public Ex Literal(Kind kind)
    {
        object value = Values.Draw(kind, random);
        return new Ex(Values.Literal(value, kind), kind, _ => value);
    }

    /// <summary>A property of that kind, here or along ways to one; where there is none, a literal.</summary>
    public Ex Property(Place place, Kind kind)
    {
        if (place.Prefix.Length == 0 && Chance(20) && ToOne(place) is { } along)
            return Property(along, kind);
        var fields = place.Table.Fields.Where(field => field.Kind == kind).ToList();
        if (fields.Count == 0)
            return Typed(Literal(kind));
        var field = One(fields);
        return new Ex(place.Prefix + field.Name, kind, env => place.Row(env)?[field.Name]);
    }

    private Place? ToOne(Place place)
    {
        var ways = place.Table.Ways.Where(way => !way.Many).ToList();
        if (ways.Count == 0)
            return null;
        var way = One(ways);
        return new Place(
            World.Tables.First(table => table.Set == way.Target),
            $"{place.Prefix}{way.Name}/",
            env => world.One(place.Row(env), way.Name)
        );
    }

    private static Kind[] KindsOf(Place place) =>
        [.. Scalars.Where(kind => place.Table.Fields.Any(field => field.Kind == kind))];

    private Ex Comparison(Place place, int depth)
    {
        string sign = One(["eq", "ne", "gt", "ge", "lt", "le"]);
        if (Chance(12))
        {
            var tested = Chance(50) ? Scalar(place, depth - 1) : Property(place, One(KindsOf(place)));
            bool first = Chance(20);
            return new Ex(
                first ? $"null {sign} {tested.Text}" : $"{tested.Text} {sign} null",
                Kind.Boolean,
                env =>
                    Semantics.Compare(
                        sign,
                        first ? null : tested.Of(env),
                        first ? tested.Of(env) : null,
                        false
                    )
            );
        }
        if (Chance(15) && place.Table == World.Things)
            return Reach(place, sign);
        var kind = One(KindsOf(place).Where(kind => kind != Kind.Boolean).ToList());
        var left = Value(place, kind, Math.Max(depth - 1, 1));
        var right = Chance(50) ? Literal(Near(kind)) : Value(place, Near(kind), depth - 1);
        bool loose = left.Loose || right.Loose;
        return new Ex(
            $"{left.Text} {sign} {right.Text}",
            Kind.Boolean,
            env => Semantics.Compare(sign, left.Of(env), right.Of(env), loose)
        );
    }

    // Numbers are compared with numbers of other kinds too.
    private Kind Near(Kind kind) =>
        Semantics.IsNumber(kind) && Chance(30)
            ? One([Kind.Int16, Kind.Int32, Kind.Int64, Kind.Double, Kind.Decimal])
            : kind;

    private Ex Both(Place place, int depth, string word)
    {
        var (left, right) = (Condition(place, depth - 1), Condition(place, depth - 1));
        return new Ex(
            $"({left.Text}) {word} ({right.Text})",
            Kind.Boolean,
            env =>
                word == "and"
                    ? Semantics.And((bool?)left.Of(env), (bool?)right.Of(env))
                    : Semantics.Or((bool?)left.Of(env), (bool?)right.Of(env))
        );
    }

    private static Ex Not(Ex condition) =>
        new($"not ({condition.Text})", Kind.Boolean, env => !(bool?)condition.Of(env));

    private Ex OfConditions(Place place, int depth)
    {
        var (left, right) = (Condition(place, depth - 2), Property(place, Kind.Boolean));
        string sign = One(["eq", "ne"]);
        return new Ex(
            $"({left.Text}) {sign} {right.Text}",
            Kind.Boolean,
            env => Semantics.Compare(sign, left.Of(env), right.Of(env), false)
        );
    }

    private Ex Among(Place place)
    {
        // Microsoft's parser reads lists as JSON, which dates and times without quotes are not, and some texts neither.
        var kind = One(
            KindsOf(place)
                .Where(kind => Semantics.IsNumber(kind) || kind is Kind.String or Kind.Guid)
                .ToList()
        );
        var left = Property(place, kind);
        var items = Enumerable
            .Range(0, random.Next(1, 6))
            .Select(_ => (object?)Values.Draw(kind, random))
            .ToList();
        items.RemoveAll(item =>
            item is string text && (text.Length == 0 || text.Contains('\\') || text.Contains('\t'))
        );
        // A literal before the list has the shortest type that holds it, and so must the list.
        if (items.Count == 0 || !char.IsLetter(left.Text[0]))
            return Comparison(place, 0);
        if (Chance(20) && left.Text.EndsWith('N') && kind != Kind.Guid)
            items.Add(null);
        string list = string.Join(",", items.Select(item => Values.Literal(item, kind)));
        return new Ex(
            $"{left.Text} in ({list})",
            Kind.Boolean,
            env => left.Of(env) is var value && items.Any(item => Semantics.Compare("eq", value, item, false))
        );
    }

    private Ex Lambda(Place place, int depth)
    {
        var way = One(place.Table.Ways.Where(way => way.Many).ToList());
        var target = World.Tables.First(table => table.Set == way.Target);
        if (Chance(15))
            return new Ex(
                $"{place.Prefix}{way.Name}/any()",
                Kind.Boolean,
                env => place.Row(env) is { } row && world.Many(row, way.Name).Any()
            );
        string name = $"x{lambdas++}";
        var inner = new Place(target, name + "/", env => env.Names[name]);
        var body = Condition(inner, depth - 1);
        if (Chance(25))
        {
            // The row around the lambda is seen from within.
            var (part, outer) = (body, Condition(place, 0));
            body = new Ex(
                $"({part.Text}) or ({outer.Text})",
                Kind.Boolean,
                env => Semantics.Or((bool?)part.Of(env), (bool?)outer.Of(env))
            );
        }
        string word = One(["any", "all"]);
        return new Ex(
            $"{place.Prefix}{way.Name}/{word}({name}:{body.Text})",
            Kind.Boolean,
            env =>
            {
                var told = world
                    .Many(place.Row(env)!, way.Name)
                    .Select(row => (bool?)body.Of(env.With(name, row)) == true)
                    .ToList();
                return word == "any" ? told.Contains(true) : !told.Contains(false);
            }
        );
    }

    private Ex Reckoned(Place place, Kind kind, int depth)
    {
        if (
            kind is Kind.Int64
            && place.Prefix.Length == 0
            && Chance(40)
            && place.Table.Ways.Any(way => way.Many)
        )
        {
            var way = One(place.Table.Ways.Where(way => way.Many).ToList());
            return new Ex(
                $"{way.Name}/$count",
                Kind.Int64,
                env => place.Row(env) is { } row ? (long)world.Many(row, way.Name).Count() : 0L
            );
        }
        var from = kind is Kind.Int16 ? Kind.Int32 : kind;
        var left = Value(place, from, depth);
        if (Chance(15))
            return new Ex(
                $"-({left.Text})",
                left.Kind,
                env =>
                    left.Of(env) switch
                    {
                        null => null,
                        long whole => checked(-whole),
                        decimal exact => -exact,
                        var other => -(double)other,
                    },
                left.Loose
            );
        string sign = One(["add", "sub", "mul", "div", "mod"]);
        var right =
            sign is "div" or "mod" || Chance(40)
                ? Typed(Literal(Semantics.IsWhole(from) ? Kind.Int16 : from))
                : Value(place, from, depth);
        var meet = Semantics.Meet(left.Kind, right.Kind);
        return new Ex(
            $"({left.Text} {sign} {right.Text})",
            meet,
            env => Semantics.Reckon(sign, left.Of(env), right.Of(env), meet),
            left.Loose
                || right.Loose
                || (
                    meet is Kind.Decimal or Kind.Double
                    && (sign is "div" or "mod" || left.Kind != right.Kind || meet == Kind.Double)
                )
        );
    }

    private static Ex Inside(Ex value) => value with { Text = $"({value.Text})" };
}
