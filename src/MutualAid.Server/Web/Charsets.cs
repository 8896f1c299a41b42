namespace MutualAid.Server.Web;

/// <summary>A body in a character set that nobody knows is refused before anything reads it: the framework's readers throw.</summary>
public static class Charsets
{
    /// <exception cref="Refusal">415: the Content-Type names an encoding that is not known.</exception>
    public static void UseKnownCharsets(this WebApplication app) =>
        app.Use(
            (context, next) =>
                context.Request.GetTypedHeaders().ContentType is { Charset.HasValue: true, Encoding: null }
                    ? throw new Refusal(415, "mediaType")
                    : next(context)
        );
}
