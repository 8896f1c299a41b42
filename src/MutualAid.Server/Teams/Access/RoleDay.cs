using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Access;

/// <summary>The last day of a role, with its year: roles last longer than what <see cref="Say.At"/> is for.</summary>
internal static class RoleDay
{
    // Where the service's people live; Viet Nam has one time zone and no summer time.
    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    /// <param name="ends">The first instant without the role; midnight belongs to the day before.</param>
    public static string Of(string locale, DateTimeOffset ends) =>
        (ends - TimeSpan.FromSeconds(1))
            .ToOffset(Offset)
            .ToString(Texts.Of(locale, "roles.day"), Texts.Culture(locale));
}
