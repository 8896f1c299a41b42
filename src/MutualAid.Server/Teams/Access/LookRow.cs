namespace MutualAid.Server.Teams.Access;

/// <summary>A look at the private data of a need: who looked. Of whose need it is nothing is told here.</summary>
public sealed class LookRow
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid ReaderId { get; init; }

    /// <summary>giver, receiver, or the team's role.</summary>
    public string Role { get; init; } = "";

    /// <summary>Where the team's role is; null of the sides of a match.</summary>
    public string? AreaName { get; init; }
    public string? ReaderName { get; init; }
    public string? ReaderPhoneEnd { get; init; }

    /// <summary>Null where somebody was looked up who has no need in it: a giver.</summary>
    public Guid? RequestId { get; init; }
    public string? Category { get; init; }
    public string What { get; init; } = "";
    public string? Reason { get; init; }
}

/// <summary>Somebody who opened more people's private data than helping needs, and was stopped.</summary>
public sealed class HarvestAlarm
{
    public Guid ReportId { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid ReaderId { get; init; }
    public string? ReaderName { get; init; }
    public string? ReaderPhoneEnd { get; init; }

    /// <summary>Households and people opened in the 24 hours before.</summary>
    public int People { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>A look into the access log itself.</summary>
public sealed class LogLook
{
    public DateTimeOffset At { get; init; }
    public string Role { get; init; } = "";
    public string? Name { get; init; }
    public string? PhoneEnd { get; init; }
    public DateTimeOffset AskedFrom { get; init; }
    public DateTimeOffset AskedUntil { get; init; }
    public bool OneReader { get; init; }
    public bool OneNeed { get; init; }
}
