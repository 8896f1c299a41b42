using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary>What goes wrong below <c>/open311/v2</c>, told as GeoReport tells it: a list of codes and descriptions.</summary>
internal static class Open311Errors
{
    public static bool Speaks(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Open311Api.Path, StringComparison.Ordinal);

    public static Task Write(HttpContext context, Refusal refusal)
    {
        string locale = context.Locale();
        context.Response.Headers.CacheControl = "no-store";
        var said =
            refusal.Errors.Count == 0
                ? [Web.Texts.Of(locale, $"problem.{refusal.Code}", refusal.Arguments)]
                : refusal.Errors.Select(error =>
                    $"{error.Field}: {Web.Texts.Of(locale, $"field.{error.Code}", error.Arguments)}"
                );
        return new Open311Document(
            "errors",
            new Items(
                "error",
                said.Select(text => new Fields(("code", refusal.Status), ("description", text)))
            ),
            refusal.Status
        ).ExecuteAsync(context);
    }
}
