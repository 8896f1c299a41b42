using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Queues;

/// <summary>Whose queue is asked for, and of what of it.</summary>
/// <param name="Leaves">Those of the reach, or of the area below it that the filter names.</param>
public sealed record QueueAsked(Reach Reach, Guid[] Leaves, QueueFilter Filter, DateTimeOffset Now)
{
    /// <exception cref="Refusal">404: not the caller's area. 400: a parameter that is wrong.</exception>
    public static async Task<QueueAsked> Read(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Func<string, string?> given,
        IReadOnlyList<Category> categories,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var reach = await Reach.Of(connection, caller, area, now, stop);
        // To whom the area is not there, nothing is wrong with the filters either.
        var errors = new FieldErrors();
        var filter = QueueFilter.Read(errors, given, categories);
        errors.ThrowIfAny();
        var leaves = reach.Leaves;
        if (filter.Area is { } below)
        {
            leaves =
                await connection.Value<Guid[]>(
                    "select array_agg(a.id) from area a where @below = any (a.ancestors) and a.id = any (@Leaves)",
                    new { below, reach.Leaves },
                    stop
                ) ?? [];
            if (leaves.Length == 0)
                throw Refusal.Field("area", "absent");
        }
        return new QueueAsked(reach, leaves, filter, now);
    }

    /// <summary>When a local day begins.</summary>
    public DateTimeOffset? Start(DateOnly? day) =>
        day is null
            ? null
            : new DateTimeOffset(
                TimeZoneInfo.ConvertTimeToUtc(day.Value.ToDateTime(TimeOnly.MinValue), Reach.Zone)
            );
}
