using System.Text.Json.Serialization;

namespace MutualAid.Server.Threads;

/// <summary>What the two sides of a match wrote, oldest first.</summary>
/// <param name="Open">Whether a side can write now.</param>
/// <param name="ClosesAt">Null while the match has no end, and when the thread was closed at once.</param>
public sealed record ThreadAnswer(
    IReadOnlyList<MessageAnswer> Items,
    bool Open,
    DateTimeOffset? ClosesAt,
    string? Next
);

/// <summary>One message.</summary>
/// <param name="Mine">Null to a team, which has written none.</param>
/// <param name="Side">Who wrote it: <c>giver</c> or <c>receiver</c>.</param>
/// <param name="Text">Null when its writer was erased.</param>
/// <param name="ReadAt">When the other side said that they had read it.</param>
public sealed record MessageAnswer(
    Guid Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Mine,
    string Side,
    string? Text,
    DateTimeOffset At,
    DateTimeOffset? ReadAt
);

/// <summary>A message as the database has it, for one reader.</summary>
internal sealed class MessageRow
{
    public Guid Id { get; init; }
    public bool Mine { get; init; }
    public string Side { get; init; } = "";
    public string? Text { get; init; }
    public DateTimeOffset SentAt { get; init; }
    public DateTimeOffset? ReadAt { get; init; }

    internal MessageAnswer Answer(bool team = false) =>
        new(Id, team ? null : Mine, Side, Text, SentAt, ReadAt);
}

/// <summary>Text of 1 to 1,000 characters.</summary>
public sealed record MessageBody(string? Text);

/// <summary>The last message that was read; those before it were read too.</summary>
public sealed record MessagesReadBody(Guid? UpTo);
