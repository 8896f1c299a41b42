using System.Globalization;
using MutualAid.Server.Areas;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Givers;

/// <summary>Which givers are asked for: all of the area, or those for whom every condition that is given holds.</summary>
/// <param name="Category">They offer it, or carry it now.</param>
/// <param name="After">The last one of the page before.</param>
public sealed record GiverAsked(
    bool OnDuty,
    bool Silent,
    bool Idle,
    Category? Category,
    Guid? After,
    int Most
)
{
    public static readonly string[] Names = ["onDuty", "silent", "idle", "category", "limit", "cursor"];

    /// <summary>Nothing but the first page.</summary>
    public static readonly GiverAsked All = new(false, false, false, null, null, 20);

    /// <exception cref="Refusal">400 with each parameter that cannot be read.</exception>
    public static async Task<GiverAsked> Read(
        HttpContext context,
        Categories categories,
        CancellationToken stop
    )
    {
        context.AllowParameters(Names);
        var errors = new FieldErrors();
        string? code = One(context, errors, "category");
        var category = code is null ? null : await categories.ByCode(code, stop);
        if (code is not null && category is null)
            errors.Add(
                "category",
                "oneOf",
                string.Join(", ", (await categories.All(stop)).Select(one => one.Code))
            );
        var asked = new GiverAsked(
            Flag(context, errors, "onDuty"),
            Flag(context, errors, "silent"),
            Flag(context, errors, "idle"),
            category,
            null,
            20
        );
        string? cursor = One(context, errors, "cursor");
        string? limit = One(context, errors, "limit");
        errors.ThrowIfAny();
        return asked with { After = Last(cursor), Most = Paging.Limit(limit) };
    }

    // A form sends a select or a box that is left alone as nothing at all.
    private static string? One(HttpContext context, FieldErrors errors, string name)
    {
        var given = context.Request.Query[name];
        errors.Check(given.Count <= 1, name, "type");
        return string.IsNullOrEmpty(given) ? null : given[0];
    }

    private static bool Flag(HttpContext context, FieldErrors errors, string name)
    {
        string? given = One(context, errors, name);
        errors.Check(given is null or "true" or "false", name, "oneOf", "true, false");
        return given == "true";
    }

    private static Guid? Last(string? cursor) =>
        cursor is null ? null
        : Guid.TryParseExact(Cursor.Read(cursor, 1)[0], "D", out var id) ? id
        : throw Cursor.Wrong();

    /// <summary>The page after the one that ends with this giver.</summary>
    public static string Next(HttpContext context, Guid last) =>
        Cursor.Next(context, Cursor.Write(last.ToString("D", CultureInfo.InvariantCulture)));
}
