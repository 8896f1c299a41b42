namespace MutualAid.Server.Web;

/// <summary>What no reader further in can read is refused at the door: the framework's readers throw at it, the database's too.</summary>
public static class Readable
{
    public static void UseReadable(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                Demand(context.Request);
                return next(context);
            }
        );

    /// <exception cref="Refusal">
    /// 415: the Content-Type names an encoding that is not known. 400: a parameter of the address holds U+0000.
    /// </exception>
    private static void Demand(HttpRequest request)
    {
        if (request.GetTypedHeaders().ContentType is { Charset.HasValue: true, Encoding: null })
            throw new Refusal(415, "mediaType");
        if (request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) != true)
            return;
        var errors = new FieldErrors();
        foreach (var (name, values) in request.Query)
            errors.Check(
                !name.Contains('\0') && !values.Any(value => value?.Contains('\0') == true),
                name.Replace('\0', ' '),
                "control"
            );
        errors.ThrowIfAny();
    }
}
