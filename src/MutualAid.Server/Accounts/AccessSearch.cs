using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Which looks at one's own data are asked for: by day, by role and area of who looked, by the name of the other side of a match.</summary>
public sealed record AccessSearch(LookDays Days, string? Role, Guid? AreaId, string? Name)
{
    public static readonly AccessSearch Everything = new(new LookDays(null, null), null, null, null);

    /// <summary>The parameters' names.</summary>
    public static readonly string[] Names = ["from", "to", "role", "area", "name"];

    /// <summary>In which roles anybody looks.</summary>
    public static readonly string[] Roles =
    [
        "giver",
        "receiver",
        "teamMember",
        "teamLead",
        "operator",
        "moderator",
        "administrator",
    ];

    /// <exception cref="Refusal">400, with every parameter that is wrong.</exception>
    public static AccessSearch Read(string? from, string? to, string? role, string? area, string? name)
    {
        var errors = new FieldErrors();
        var days = LookDays.Read(errors, from, to);
        if (role is not null)
            errors.Check(Roles.Contains(role), "role", "oneOf", string.Join(", ", Roles));
        var id = Guid.Empty;
        if (area is not null)
            errors.Check(Guid.TryParse(area, out id), "area", "uuid");
        string? clean = CleanText.Line(errors, "name", name, 100);
        errors.ThrowIfAny();
        return new AccessSearch(days, role, area is null ? null : id, clean);
    }
}
