using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>The landing page, and what is conformed to.</summary>
internal static class OgcLanding
{
    private const string Core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/";
    private const string Filtering = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/";
    private const string Cql2 = "http://www.opengis.net/spec/cql2/1.0/conf/";

    public static readonly IReadOnlyList<string> Classes =
    [
        $"{Core}core",
        $"{Core}geojson",
        $"{Core}html",
        $"{Core}oas30",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
        $"{Filtering}queryables",
        $"{Filtering}queryables-query-parameters",
        $"{Filtering}filter",
        $"{Filtering}features-filter",
        .. new[]
        {
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
            "arithmetic",
        }.Select(name => Cql2 + name),
    ];

    public static IResult Get(HttpContext context)
    {
        context.ReadStrictly("f");
        bool page = context.WantsPage();
        string root = context.Root(),
            locale = context.Locale();
        OgcLink[] links =
        [
            .. context.Selves(page),
            new($"{root}/api", "service-desc", OgcAnswer.OpenApi, Texts.Of(locale, "ogc.api")),
            new($"{root}/api?f=html", "service-doc", OgcAnswer.Html, Texts.Of(locale, "ogc.api")),
            new($"{root}/conformance", "conformance", OgcAnswer.Json, Texts.Of(locale, "ogc.conformance")),
            new($"{root}/collections", "data", OgcAnswer.Json, Texts.Of(locale, "ogc.collections")),
        ];
        string title = Texts.Of(locale, "ogc.title"),
            text = Texts.Of(locale, "ogc.text");
        return page
            ? Pages.Show<OgcPage>(
                context,
                new
                {
                    Title = title,
                    Lead = text,
                    Links = links,
                }
            )
            : OgcAnswer.Data(
                new
                {
                    title,
                    description = text,
                    links,
                }
            );
    }

    public static IResult Conformance(HttpContext context)
    {
        context.ReadStrictly("f");
        bool page = context.WantsPage();
        OgcLink[] links = [.. context.Selves(page)];
        return page
            ? Pages.Show<OgcPage>(
                context,
                new
                {
                    Title = Texts.Of(context.Locale(), "ogc.conformance"),
                    Lines = Classes,
                    Links = links,
                }
            )
            : OgcAnswer.Data(new { conformsTo = Classes, links });
    }
}
