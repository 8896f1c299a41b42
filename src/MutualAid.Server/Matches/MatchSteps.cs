using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>Takes one step of a match for a person. Which steps are possible from where, and for whom, the database's table says.</summary>
internal sealed class MatchSteps(
    Idempotency idempotency,
    ServiceDatabase database,
    MatchMessages messages,
    TimeProvider time
)
{
    internal async Task<IResult> Take(
        string step,
        Guid id,
        Caller caller,
        HttpContext context,
        Said said,
        CancellationToken stop
    )
    {
        string locale = context.Locale();
        await idempotency.Once(
            context,
            caller.AccountId,
            $"matches/{id}/{step}",
            said,
            connection => Take(connection, step, id, caller, said, locale, stop),
            stop
        );
        messages.Wake();
        await using var reading = await database.Open(stop);
        var row = await MatchStore.Get(reading, id, caller, time.GetUtcNow(), stop);
        return Results.Ok(row.Answer(locale));
    }

    private async Task<Made> Take(
        NpgsqlConnection connection,
        string step,
        Guid id,
        Caller caller,
        Said said,
        string locale,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        // Which side the caller is on never changes, so it may be read before the door locks anything.
        var before = await MatchStore.Get(connection, id, caller, now, stop);
        var result = (
            await connection.Row<Result>(
                """
                select outcome, status, units, unmet from match_step(@now, @step, @Side, @actor, array[@id], @Reason,
                  array[@Units::int], array[@code::text])
                """,
                new
                {
                    now,
                    step,
                    before.Side,
                    actor = caller.AccountId,
                    id,
                    said.Reason,
                    said.Units,
                    code = step == "accept" ? HandOverCode.New() : said.Code,
                },
                stop
            )
        )!;
        switch (result.Outcome)
        {
            case "done":
                await Tell(connection, step, before, result.Status, stop);
                return new Made("step", id, 200);
            case "wrongCode":
                int tries = await TriesLeft(connection, id, stop);
                return Made.Not(
                    new Refusal(422, "wrongCode", tries)
                    {
                        Members = new Dictionary<string, object?>
                        {
                            ["triesLeft"] = tries,
                            ["state"] = result.Status,
                        },
                    }
                );
            case "openings":
                throw await MatchRefusals.Openings(connection, caller.AccountId, before.RequestId, now, stop);
            default:
                var after = await MatchStore.Get(connection, id, caller, now, stop);
                throw MatchRefusals.OfStep(
                    result.Outcome,
                    step,
                    result.Status,
                    after.EndReason,
                    after.Units,
                    result.Unmet,
                    locale
                );
        }
    }

    // Each side hears what the other did; nobody is told what they did themselves.
    private Task Tell(
        NpgsqlConnection connection,
        string step,
        MatchRow before,
        string? status,
        CancellationToken stop
    ) =>
        (step, before.Side) switch
        {
            ("accept", _) => messages.Accepted(connection, before.Id, stop),
            ("setOut", _) => messages.ToOwner(connection, "onTheWay", [before.Id], stop),
            ("deliver", _) => messages.ToOwner(connection, status!, [before.Id], stop),
            ("dispute", _) => messages.ToGiver(connection, "disputed", [before.Id], stop),
            ("withdraw" or "fail", "giver") => messages.ToOwner(connection, "off", [before.Id], stop),
            ("withdraw", "receiver") => messages.ToGiver(connection, "off", [before.Id], stop),
            ("withdraw", "team") when before.AcceptedAt is not null => Both(connection, before.Id, stop),
            _ => Task.CompletedTask,
        };

    private async Task Both(NpgsqlConnection connection, Guid match, CancellationToken stop)
    {
        await messages.ToOwner(connection, "off", [match], stop);
        await messages.ToGiver(connection, "off", [match], stop);
    }

    private static async Task<int> TriesLeft(NpgsqlConnection connection, Guid id, CancellationToken stop) =>
        HandOverCode.Tries
        - await connection.Value<int>(
            "select wrong_codes from match_private where match_id = @id",
            new { id },
            stop
        );

    private sealed class Result
    {
        public string Outcome { get; init; } = "";
        public string? Status { get; init; }
        public int? Units { get; init; }
        public int? Unmet { get; init; }
    }
}
