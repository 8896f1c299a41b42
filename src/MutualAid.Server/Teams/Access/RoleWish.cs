using MutualAid.Server.Accounts;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Access;

/// <summary>A role to give.</summary>
/// <param name="Phone">In any Vietnamese spelling; an account is made when the number has none.</param>
/// <param name="EndsAt">At most 366 days away; null: 90 days for a member, 365 for others.</param>
public sealed record RoleBody(string? Phone, string? Role, DateTimeOffset? EndsAt);

/// <summary>A <see cref="RoleBody"/> that was read.</summary>
internal sealed record RoleWish(Phone Phone, string Role, DateTimeOffset EndsAt)
{
    private const int LongestDays = 366;

    /// <summary>How many days a role lasts when nothing is said.</summary>
    public static int UsualDays(string role) => role == "teamMember" ? 90 : 365;

    /// <exception cref="Refusal">400, with every field that is wrong.</exception>
    public static RoleWish Read(RoleBody body, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        Phone? phone = null;
        try
        {
            phone = Phone.ParseMobile(body.Phone ?? "", "phone");
        }
        catch (Refusal refusal)
        {
            foreach (var error in refusal.Errors)
                errors.Add(error.Field, error.Code, [.. error.Arguments]);
        }
        string role = body.Role ?? "";
        errors.Check(
            GrantCommand.Roles.Contains(role),
            "role",
            "oneOf",
            string.Join(", ", GrantCommand.Roles)
        );
        var ends = (body.EndsAt ?? now + TimeSpan.FromDays(UsualDays(role))).ToUniversalTime();
        errors.Check(
            ends > now && ends <= now + TimeSpan.FromDays(LongestDays),
            "endsAt",
            "roleEnd",
            LongestDays
        );
        errors.ThrowIfAny();
        return new RoleWish(phone!, role, ends);
    }
}
