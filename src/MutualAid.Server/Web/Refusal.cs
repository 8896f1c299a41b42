namespace MutualAid.Server.Web;

/// <summary>
/// A request that is not done, and why: becomes an RFC 9457 problem in the reader's language. Thrown inside a
/// transaction it rolls the transaction back. <paramref name="code"/> names a text <c>problem.CODE</c>.
/// </summary>
public sealed class Refusal(int status, string code, params object?[] arguments) : Exception(code)
{
    // A member that stands twice is read differently by different readers.
    private static readonly string[] OwnMembers = ["type", "title", "status", "detail", "instance", "errors"];

    public int Status { get; } = status;
    public string Code { get; } = code;
    public object?[] Arguments { get; } = arguments;

    /// <summary>Each wrong field and its texts' codes.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Further members of the problem document, such as what is left. RFC 9457's own names are taken.</summary>
    public IReadOnlyDictionary<string, object?> Members
    {
        get;
        init =>
            field = value.Keys.FirstOrDefault(OwnMembers.Contains) is { } doubled
                ? throw new ArgumentException($"a problem has a member '{doubled}' of its own", nameof(value))
                : value;
    } = new Dictionary<string, object?>();

    public TimeSpan? RetryAfter { get; init; }

    public static Refusal NotFound() => new(404, "notFound");

    public static Refusal Field(string field, string code, params object?[] arguments) =>
        new(400, "invalid") { Errors = [new FieldError(field, code, arguments)] };

    public static Refusal TooMany(TimeSpan retryAfter) =>
        new(429, "tooMany", (int)Math.Ceiling(retryAfter.TotalSeconds)) { RetryAfter = retryAfter };
}

/// <summary>One wrong field (a path such as <c>needs[0].quantity</c>) and the text <c>field.CODE</c> that says what would be right.</summary>
public sealed record FieldError(string Field, string Code, params object?[] Arguments);

/// <summary>Collects what is wrong with a body, so that one answer names every field.</summary>
public sealed class FieldErrors
{
    private readonly List<FieldError> errors = [];

    public bool Any => errors.Count > 0;

    public IReadOnlyList<FieldError> All => errors;

    public void Add(string field, string code, params object?[] arguments) =>
        errors.Add(new FieldError(field, code, arguments));

    /// <summary>Adds the error when the condition does not hold; returns whether it holds.</summary>
    public bool Check(bool holds, string field, string code, params object?[] arguments)
    {
        if (!holds)
            Add(field, code, arguments);
        return holds;
    }

    /// <exception cref="Refusal">400, with every field that was added.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new Refusal(400, "invalid") { Errors = errors };
    }
}
