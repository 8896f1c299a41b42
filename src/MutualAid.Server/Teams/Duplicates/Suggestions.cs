using System.Globalization;
using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Teams.Acts;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Duplicates;

/// <summary>Suggested duplicates for the team that looks after both needs, and what it says of them.</summary>
internal sealed class Suggestions(
    ServiceDatabase database,
    PrivateViews views,
    MatchMessages messages,
    OwnerMessages owners,
    TimeProvider time
)
{
    /// <summary>
    /// Those of an area that nobody has answered, latest found first. Both needs are shown with their private facts, so each is
    /// a look that its people can read about.
    /// </summary>
    /// <exception cref="Refusal">404: the area is out of reach. 429: too many people's private facts.</exception>
    public async Task<SuggestionPage> Page(
        Caller caller,
        Guid area,
        string? cursor,
        int most,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var after = After(cursor);
        var (page, refusal) = await database.Transaction<(SuggestionPage?, Refusal?)>(
            async connection =>
            {
                var reach = await Reach.Of(connection, caller, area, now, stop);
                var rows = await connection.Rows<SuggestionRow>(
                    List,
                    new
                    {
                        reach.Leaves,
                        caller.AccountId,
                        now,
                        after.At,
                        after.Later,
                        after.First,
                        limit = most + 1,
                    },
                    stop
                );
                var shown = rows.Take(most).ToList();
                Guid[] ids = [.. shown.SelectMany(row => new[] { row.RequestId, row.OtherId }).Distinct()];
                var sides = await connection.Rows<SuggestedNeed>(SuggestedNeed.Select, new { ids }, stop);
                foreach (var side in sides.Where(side => side.OwnerId != caller.AccountId))
                    if (await views.Write(connection, caller, side.SeenBy(reach), stop) is { } refused)
                        return (null, refused);
                var byId = sides.ToDictionary(side => side.Id);
                return (
                    new SuggestionPage(
                        reach,
                        [.. shown.Select(row => row.With(byId[row.OtherId], byId[row.RequestId]))],
                        rows.Count > most ? Next(shown[^1]) : null
                    ),
                    null
                );
            },
            stop
        );
        return refusal is null ? page! : throw refusal;
    }

    /// <summary>Says that the later need is a repeat of the other, or that it is not.</summary>
    /// <param name="area">Whose page it is said on; null: on none.</param>
    /// <exception cref="Refusal">404: no such suggestion, or one of the two, or the area, is out of reach. 409: answered otherwise, or ended.</exception>
    public async Task Settle(
        Caller caller,
        Guid? area,
        Guid request,
        Guid other,
        string verdict,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await database.Transaction(
            async connection =>
            {
                if (area is { } page)
                    await Reach.Of(connection, caller, page, now, stop);
                var held = await HeldNeed.Take(
                    connection,
                    caller,
                    [request, other],
                    owners: false,
                    now,
                    stop
                );
                string? outcome = held is [var later, _]
                    ? await connection.Value<string>(
                        "select settle_duplicate(@now, @AccountId, @request, @other, @verdict)",
                        new
                        {
                            now,
                            caller.AccountId,
                            request,
                            other,
                            verdict,
                        },
                        stop
                    )
                    : throw Refusal.NotFound();
                if (outcome == "absent")
                    throw Refusal.NotFound();
                if (outcome != "done")
                    throw new Refusal(409, outcome == "ended" ? "duplicateEnded" : "duplicateSettled");
                // Said before, it may have been reopened since: it stays so.
                if (
                    later.EndStatus is not null
                    || await connection.Value<bool>(
                        "select end_status is null from request where id = @request",
                        new { request },
                        stop
                    )
                )
                    return;
                await later.Write(
                    connection,
                    caller,
                    "close",
                    now,
                    stop,
                    more: new { duplicateOf = other },
                    reason: "duplicate"
                );
                await messages.CalledOff(connection, stop);
                await owners.Tell(connection, "close", [request], caller.AccountId, now, stop);
            },
            stop
        );
        messages.Wake();
    }

    /// <summary>A pair that was said to be one, and by an act that is taken back: nobody has answered it, and the two are not linked.</summary>
    /// <param name="acts">The acts that are taken back.</param>
    internal static Task Unsettle(
        NpgsqlConnection connection,
        IReadOnlyList<Guid> acts,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            with pair as (
              select a.request_id, (a.after ->> 'duplicateOf')::uuid as other_id
              from need_act a where a.id = any (@acts) and a.after ? 'duplicateOf'
            ), unsettled as (
              update duplicate_suggestion s set settled_at = null, settled_by = null, verdict = null
              from pair p where (s.request_id, s.other_id) = (p.request_id, p.other_id) and s.verdict = 'duplicate'
              returning s.request_id, s.other_id
            )
            update request_private q set repeat_of = null
            from unsettled u where q.request_id = u.request_id and q.repeat_of = u.other_id
            """,
            new { acts = acts.ToArray() },
            stop
        );

    private static (DateTimeOffset? At, Guid? Later, Guid? First) After(string? cursor)
    {
        if (cursor is null)
            return (null, null, null);
        string[] parts = Cursor.Read(cursor, 3);
        return
            DateTimeOffset.TryParseExact(
                parts[0],
                "O",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            )
            && Guid.TryParse(parts[1], out var later)
            && Guid.TryParse(parts[2], out var first)
            ? (at.ToUniversalTime(), later, first)
            : throw Cursor.Wrong();
    }

    private static string Next(SuggestionRow last) =>
        Cursor.Write(
            last.FoundAt.ToString("O", CultureInfo.InvariantCulture),
            $"{last.RequestId}",
            $"{last.OtherId}"
        );

    // A pair whose other side lies in another team's area is not there for this one.
    private const string List = """
        select s.request_id, s.other_id, s.score, s.reasons::text as reasons, s.found_at
        from request r
        join duplicate_suggestion s on s.request_id = r.id and s.settled_at is null
        join request f on f.id = s.other_id
        where r.responsible_area_id = any (@Leaves) and r.end_status is null
          and (f.end_status is null or f.end_status = 'fulfilled')
          and (f.responsible_area_id = any (@Leaves) or account_reaches(@AccountId, f.responsible_area_id, @now))
          and (@At::timestamptz is null or (s.found_at, s.request_id, s.other_id) < (@At, @Later::uuid, @First::uuid))
        order by s.found_at desc, s.request_id desc, s.other_id desc limit @limit
        """;
}

/// <summary>A page of suggestions; <paramref name="Next"/> is the cursor of the one after it.</summary>
public sealed record SuggestionPage(Reach Reach, IReadOnlyList<Suggestion> Items, string? Next);

internal sealed class SuggestionRow
{
    public Guid RequestId { get; init; }
    public Guid OtherId { get; init; }
    public float Score { get; init; }
    public string Reasons { get; init; } = "{}";
    public DateTimeOffset FoundAt { get; init; }

    public Suggestion With(SuggestedNeed first, SuggestedNeed later) =>
        new(
            RequestId,
            OtherId,
            Math.Round(Score, 1),
            JsonSerializer.Deserialize<Reasons>(Reasons, Json.Options)!,
            FoundAt,
            later,
            first
        );
}
