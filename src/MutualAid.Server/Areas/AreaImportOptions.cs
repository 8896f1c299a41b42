namespace MutualAid.Server.Areas;

/// <summary>How a file's features become areas. <c>Code</c>, <c>Name</c>, <c>Parent</c> and <c>ParentName</c> name properties of the features.</summary>
/// <param name="Level">Of the features: <c>ward</c>, <c>province</c> …</param>
/// <param name="Root">The name of the area above all; without it the topmost ones of the file are roots themselves.</param>
/// <param name="RootCode">The root's code; made from its name when not said.</param>
/// <param name="TimeZone">IANA name, of the root.</param>
/// <param name="CellMetres">The grid cell of public locations in this root, in metres.</param>
/// <param name="Population">The property with how many people live there; without it what is known stays.</param>
/// <param name="Keep">Leaves areas of this level alone that the file lacks; else they end today.</param>
public sealed record AreaImportOptions(
    string Code,
    string Name,
    string Level,
    string? Parent = null,
    string? ParentName = null,
    string? ParentLevel = null,
    string? Root = null,
    string? RootCode = null,
    string? RootLevel = null,
    string? TimeZone = null,
    int? CellMetres = null,
    bool Keep = false,
    string? Population = null
)
{
    /// <summary>From the widest to the narrowest.</summary>
    public static readonly IReadOnlyList<string> Levels =
    [
        "country",
        "province",
        "district",
        "ward",
        "group",
    ];

    /// <exception cref="ImportException">The options do not fit together.</exception>
    public void Check()
    {
        int level = Rank(Level, "--level");
        if (Parent is null != (ParentLevel is null))
            throw new ImportException("--parent and --parent-level go together.");
        if (ParentName is not null && Parent is null)
            throw new ImportException("--parent-name needs --parent.");
        int top = Parent is null ? level : Rank(ParentLevel!, "--parent-level");
        if (Parent is not null && top >= level)
            throw new ImportException($"--parent-level {ParentLevel} is not above --level {Level}.");
        if (Root is null && (RootCode ?? RootLevel) is not null)
            throw new ImportException("--root-code and --root-level need --root NAME.");
        if (Root is not null && Rank(RootLevelOrUsual, "--root-level") >= top)
            throw new ImportException(
                $"--root-level {RootLevelOrUsual} is not above {Levels[top]}: name a higher one of {string.Join(", ", Levels)}."
            );
        if (CellMetres is < 50 or > 5000)
            throw new ImportException("--cell must be from 50 to 5000 metres.");
    }

    internal string RootLevelOrUsual => RootLevel ?? "province";

    private static int Rank(string level, string option) =>
        Levels.ToList().IndexOf(level) is >= 0 and var rank
            ? rank
            : throw new ImportException($"{option} {level}: must be one of {string.Join(", ", Levels)}.");
}

/// <summary>What an import did. Each problem names its feature and says why it was left out.</summary>
public sealed record AreaImportResult(
    int Added,
    int Updated,
    int Unchanged,
    int Ended,
    IReadOnlyList<string> Problems
);

/// <summary>A file cannot be imported; the message says what to do.</summary>
public sealed class ImportException(string message) : Exception(message);
