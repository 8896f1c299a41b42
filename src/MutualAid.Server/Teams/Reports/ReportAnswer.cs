using MutualAid.Server.Teams.Queues;

namespace MutualAid.Server.Teams.Reports;

/// <summary>A report with what was written, and what of its subject lies within the reach.</summary>
/// <param name="Row">Who wrote it stands in it and goes no further.</param>
/// <param name="Needs">The need it is about; of a person, their latest needs; of an offer none.</param>
public sealed record ReportAnswer(ReportRow Row, IReadOnlyList<QueueRow> Needs)
{
    /// <summary>As the API tells it.</summary>
    public object Answer() =>
        new
        {
            Row.Id,
            Row.Kind,
            Row.Reason,
            Row.Text,
            Row.CreatedAt,
            Row.ClosedAt,
            Row.ClosedBy,
            Row.GiverId,
            requests = Needs.Select(need => need.Answer()),
        };
}

/// <summary>As it was written. <see cref="GiverId"/>: of an offer, a match or a person, where they give within the reach.</summary>
public sealed class ReportRow
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public string Reason { get; init; } = "";
    public string? Text { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? ClosedBy { get; init; }
    public Guid? WriterId { get; init; }
    public Guid? GiverId { get; init; }
    public Guid[] Needs { get; init; } = [];
}
