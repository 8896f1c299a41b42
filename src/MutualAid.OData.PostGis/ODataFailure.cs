namespace MutualAid.OData.PostGis;

/// <summary>A request that is not answered with data, and why.</summary>
/// <param name="status">HTTP's: 400, 404, 406, 410, 413, 501, 503 …</param>
/// <param name="code">One word for programs.</param>
/// <param name="message">One sentence for people.</param>
public sealed class ODataFailure(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;

    public static ODataFailure Malformed(string message) => new(400, "malformed", message);

    /// <summary>A limit of this service, named with its number.</summary>
    public static ODataFailure TooMuch(string message) => new(400, "limit", message);

    /// <summary>OData knows it, this service does not.</summary>
    public static ODataFailure NotImplemented(string what) =>
        new(501, "notImplemented", $"{what} is not supported by this service.");

    public static ODataFailure NotFound(string what) => new(404, "notFound", $"There is no {what}.");
}
