using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Acts;

/// <summary>An act that can be done to many needs at once, as it was asked for and found to keep the rules.</summary>
/// <param name="Act">One of <see cref="Known"/>.</param>
/// <param name="How">How the household was verified: one of <see cref="Hows"/>.</param>
/// <param name="Reason">Why it is closed: one of <see cref="Reasons"/>.</param>
/// <param name="Note">What the team keeps with the act.</param>
/// <param name="AreaId">To whom it is handed over.</param>
/// <param name="DuplicateOf">The need of which those that are closed are duplicates.</param>
internal sealed record ActAsked(
    string Act,
    string? How = null,
    string? Reason = null,
    string? Note = null,
    Guid? AreaId = null,
    Guid? DuplicateOf = null
)
{
    internal static readonly string[] Known =
    [
        "verify",
        "unverify",
        "close",
        "reopen",
        "hide",
        "show",
        "handOver",
    ];
    internal static readonly string[] Hows = ["phoned", "visited", "known", "document"];
    internal static readonly string[] Reasons =
    [
        "duplicate",
        "helpedElsewhere",
        "cannotBeReached",
        "outOfScope",
        "false",
    ];

    /// <summary>By which act each can be taken back; what is not here cannot be.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Back = new Dictionary<string, string>
    {
        ["verify"] = "unverify",
        ["unverify"] = "verify",
        ["close"] = "reopen",
        ["hide"] = "show",
        ["show"] = "hide",
        ["handOver"] = "handOver",
    };

    /// <summary>The act; what does not belong to it is left out.</summary>
    internal static ActAsked Read(FieldErrors errors, ActAsked given)
    {
        OneOf(errors, "act", given.Act, Known);
        if (given.Act == "verify")
            OneOf(errors, "how", given.How, Hows);
        if (given.Act == "close")
        {
            OneOf(errors, "reason", given.Reason, Reasons);
            errors.Check(
                given.DuplicateOf is null || given.Reason == "duplicate",
                "duplicateOf",
                "onlyOfDuplicates"
            );
        }
        if (given.Act == "handOver")
            errors.Check(given.AreaId is not null, "areaId", "required");
        return new ActAsked(
            given.Act,
            given.Act == "verify" ? given.How : null,
            given.Act == "close" ? given.Reason : null,
            Text(errors, "note", given.Note),
            given.Act == "handOver" ? given.AreaId : null,
            given.Act == "close" ? given.DuplicateOf : null
        );
    }

    /// <summary>Words that go with an act.</summary>
    internal static string? Text(FieldErrors errors, string field, string? text) =>
        CleanText.Lines(errors, field, text, 1000);

    private static void OneOf(FieldErrors errors, string field, string? value, string[] allowed) =>
        errors.Check(
            value is not null && allowed.Contains(value),
            field,
            "oneOf",
            string.Join(", ", allowed)
        );
}
