using MutualAid.Server.Areas;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>A question beyond GeoReport's own fields. <paramref name="Values"/>: the keys of a list to choose from.</summary>
internal sealed record Open311Attribute(
    string Code,
    string Datatype,
    bool Required,
    params IReadOnlyList<string> Values
)
{
    /// <summary>What a need of this category is asked, in order.</summary>
    public static IEnumerable<Open311Attribute> Of(Category category)
    {
        yield return new("quantity", "number", true);
        yield return new("urgency", "singlevaluelist", true, HelpRequest.Urgencies);
        if (category.NeedsDestination)
            yield return new("destination", "string", true);
        yield return new("people", "number", false);
        yield return new("neededBy", "datetime", false);
        if (category.Divisible)
            yield return new("divisible", "singlevaluelist", false, "true", "false");
        yield return new("note", "text", false);
        // Who posts from another system never posts for themselves.
        yield return new("consent", "singlevaluelist", true, "true");
    }

    public Fields Describe(Category category, string locale, int order)
    {
        (string, Part)[] fields =
        [
            ("variable", true),
            ("code", Code),
            ("datatype", Datatype),
            ("required", Required),
            ("datatype_description", Texts.Of(locale, $"open311.{Code}.form")),
            ("order", order),
            ("description", Texts.Of(locale, $"open311.{Code}", category.UnitName(locale))),
        ];
        return Values.Count == 0
            ? new Fields(fields)
            : new Fields([
                .. fields,
                (
                    "values",
                    new Items(
                        "value",
                        Values.Select(key => new Fields(
                            ("key", key),
                            ("name", Texts.Of(locale, $"open311.{Code}.{key}"))
                        ))
                    )
                ),
            ]);
    }
}
