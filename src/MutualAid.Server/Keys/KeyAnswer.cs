using System.Text.Json.Serialization;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Keys;

/// <summary>A key as its maker sees it. <paramref name="State"/>: <c>live</c>, <c>expired</c>, or <c>outOfReach</c> while no role of theirs reaches its area.</summary>
public sealed record KeyAnswer(
    Guid Id,
    string Kind,
    string Name,
    AreaName? Area,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string State
)
{
    /// <summary>What a program sends: in the answer that made the key, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }
}

/// <summary>The key that is wished for: <c>reading</c> in an area, or <c>posting</c>; for so many days, 90 when nothing is said.</summary>
public sealed record KeyBody(string? Kind, string? Name, Guid? AreaId, int? Days);

/// <summary>A wish that keeps the rules. Without an area it is for posting.</summary>
internal sealed record KeyAsked(string Name, Guid? AreaId, TimeSpan Life)
{
    public const int UsualDays = 90;
    public const int MostDays = 365;
    private static readonly string[] Kinds = ["reading", "posting"];

    /// <exception cref="Refusal">400, naming every wrong field.</exception>
    public static KeyAsked Read(KeyBody body)
    {
        var errors = new FieldErrors();
        errors.Check(Kinds.Contains(body.Kind), "kind", "oneOf", string.Join(", ", Kinds));
        string? name = CleanText.Line(errors, "name", body.Name, 100);
        errors.Check(name is not null || errors.All.Any(error => error.Field == "name"), "name", "required");
        if (body.Kind == "reading")
            errors.Check(body.AreaId is not null, "areaId", "required");
        if (body.Kind == "posting")
            errors.Check(body.AreaId is null, "areaId", "keyWithoutArea");
        errors.Check(body.Days is null or >= 1 and <= MostDays, "days", "between", 1, MostDays);
        errors.ThrowIfAny();
        return new KeyAsked(name!, body.AreaId, TimeSpan.FromDays(body.Days ?? UsualDays));
    }
}
