using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary><c>services</c> and their definitions: the categories, and what a need of each is asked.</summary>
internal static class Open311Services
{
    public static async Task<IResult> List(
        Categories categories,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context);
        await Open311Api.Jurisdiction(database, caller, context, stop);
        context.CacheBriefly();
        string locale = context.Locale();
        return new Open311Document(
            "services",
            new Items(
                "service",
                (await categories.All(stop)).Select(category => new Fields(
                    ("service_code", category.Code),
                    ("service_name", category.Name(locale)),
                    (
                        "description",
                        Texts.Of(locale, "open311.service", category.Name(locale), category.UnitName(locale))
                    ),
                    ("metadata", true),
                    ("type", "realtime"),
                    ("keywords", string.Join(", ", category.NameVi, category.NameEn)),
                    ("group", Texts.Of(locale, "open311.group"))
                ))
            )
        );
    }

    public static async Task<IResult> Get(
        string code,
        Categories categories,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context);
        await Open311Api.Jurisdiction(database, caller, context, stop);
        var category = await categories.ByCode(code, stop) ?? throw new Refusal(404, "service");
        context.CacheBriefly();
        string locale = context.Locale();
        return new Open311Document(
            "service_definition",
            new Fields(
                ("service_code", category.Code),
                (
                    "attributes",
                    new Items(
                        "attribute",
                        Open311Attribute
                            .Of(category)
                            .Select((attribute, index) => attribute.Describe(category, locale, index + 1))
                    )
                )
            )
        );
    }
}
