namespace MutualAid.Server.Teams.Access;

/// <summary>A live role of somebody on an area. Of the number only what tells two people apart: this list is no directory.</summary>
public sealed class RoleRow
{
    public Guid Id { get; init; }
    public string Role { get; init; } = "";
    public Guid AreaId { get; init; }
    public string AreaName { get; init; } = "";
    public string? Name { get; init; }

    /// <summary>The number's last three digits.</summary>
    public string PhoneEnd { get; init; } = "";
    public DateTimeOffset GrantedAt { get; init; }

    /// <summary>Null: until it is revoked; the command line's roles are so.</summary>
    public DateTimeOffset? EndsAt { get; init; }
    public string? GrantedBy { get; init; }

    /// <summary>Whether an authenticator is enrolled; without one the role opens nothing yet.</summary>
    public bool Enrolled { get; init; }
    public bool Mine { get; init; }

    /// <summary>Whether the caller may end it, and whether they may reset the second factor of whoever has it.</summary>
    public bool Revocable { get; init; }
    public bool Resettable { get; init; }
}

/// <summary>A role that was given or ended, or a second factor that was reset.</summary>
public sealed class RoleLogRow
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>granted, prolonged, revoked, secondFactorReset.</summary>
    public string Act { get; init; } = "";
    public string? Role { get; init; }
    public string AreaName { get; init; } = "";

    /// <summary>Null once the account is erased, or while it has no name.</summary>
    public string? Name { get; init; }
    public string? PhoneEnd { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>person, command, erasure.</summary>
    public string ByHow { get; init; } = "";
    public string? ByName { get; init; }
}
