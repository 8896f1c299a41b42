using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Rounds;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>Reads requests as one reader may see them.</summary>
public sealed class RequestReading(
    ServiceDatabase database,
    PublicDatabase publicDatabase,
    PrivateViews views,
    TimeProvider time
)
{
    /// <summary>A request and, for its owner, the edit version that goes into the tag.</summary>
    public sealed record Seen(RequestAnswer Answer, int? EditVersion);

    /// <summary>As anybody sees it while it is live; null when it is not.</summary>
    private async Task<RequestAnswer?> ForPublic(Caller? caller, Guid id, CancellationToken stop) =>
        (
            await publicDatabase.Read(caller, (connection, stop) => Public(connection, id, stop), stop)
        )?.Answer();

    /// <summary>The same at this moment: for whoever was just told that it changed.</summary>
    public async Task<RequestAnswer?> ForPublicFresh(Guid id, CancellationToken stop) =>
        (await publicDatabase.ReadFresh((connection, stop) => Public(connection, id, stop), stop))?.Answer();

    private static Task<RequestRow?> Public(NpgsqlConnection connection, Guid id, CancellationToken stop) =>
        connection.Row<RequestRow>(
            $"select {RequestRow.Columns} {RequestRow.Public} where r.id = @id",
            new { id },
            stop
        );

    /// <summary>
    /// As this reader sees it. Whoever is not the owner and sees private facts is written to the access log before they see
    /// them, unless they hold this very representation already.
    /// </summary>
    /// <exception cref="Refusal">429: they have opened too many people's.</exception>
    public async Task<Seen?> For(
        Caller? caller,
        Guid id,
        Func<RequestAnswer, bool> holds,
        CancellationToken stop
    )
    {
        if (caller is not null)
        {
            PrivateRow? row;
            await using (var connection = await database.Open(stop))
                row = await Private(connection, caller, id, stop);
            if (row?.MaySeePrivate == true)
            {
                caller.DemandFreshCode();
                var answer = row.PrivateAnswer();
                if (!row.IsOwner && !holds(answer))
                    await Log(caller, row, stop);
                return new Seen(answer, row.IsOwner ? row.EditVersion : null);
            }
        }
        return await ForPublic(caller, id, stop) is { } seen ? new Seen(seen, null) : null;
    }

    /// <summary>
    /// As the team that looks after it reads it, ended and hidden ones included, together with what belongs to it; false when no
    /// role of this reader's reaches it. The look is written down before it is shown, unless the reader holds it already.
    /// </summary>
    /// <param name="read">Reads the rest on the same connection; whether the reader holds all of it.</param>
    /// <exception cref="Refusal">429: they have opened too many people's.</exception>
    internal async Task<bool> ForTeam(
        Caller caller,
        Guid id,
        Func<NpgsqlConnection, RequestAnswer, Task<bool>> read,
        CancellationToken stop
    )
    {
        PrivateRow? row;
        bool held;
        await using (var connection = await database.Open(stop))
        {
            row = await Private(connection, caller, id, stop);
            if (row?.TeamRole is null)
                return false;
            held = await read(connection, row.PrivateAnswer());
        }
        if (!row.IsOwner && !held)
            await Log(caller, row, stop);
        return true;
    }

    /// <summary>The owner's own, ended ones included; null when it is not theirs.</summary>
    public async Task<Seen?> ForOwner(Caller caller, Guid id, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var row = await Private(connection, caller, id, stop);
        if (row?.IsOwner == true)
            caller.DemandFreshCode();
        return row?.IsOwner == true ? new Seen(row.PrivateAnswer(), row.EditVersion) : null;
    }

    /// <summary>
    /// A post's requests for its owner, in the order of the needs. Why they wait is not said: no round has looked at what was
    /// made a moment ago.
    /// </summary>
    public async Task<IReadOnlyList<RequestAnswer>> OfHousehold(
        Caller caller,
        Guid householdId,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var rows = await connection.Rows<PrivateRow>(
            $"""
            select {RequestRow.Columns}, {PrivateRow.PrivateColumns} {PrivateRow.Private}
            where r.household_id = @householdId and r.account_id = @reader order by r.id
            """,
            Values(caller, new { householdId }),
            stop
        );
        return [.. rows.Select(row => row.PrivateAnswer())];
    }

    /// <summary>The reader's own, latest first, from after this one on.</summary>
    internal async Task<IReadOnlyList<PrivateRow>> Mine(
        Caller caller,
        (DateTimeOffset? At, Guid? Id) after,
        int limit,
        CancellationToken stop
    )
    {
        caller.DemandFreshCode();
        await using var connection = await database.Open(stop);
        var rows = await connection.Rows<PrivateRow>(
            $"""
            select {RequestRow.Columns}, {PrivateRow.PrivateColumns} {PrivateRow.Private}
            where r.account_id = @reader and (@afterId::uuid is null or (r.created_at, r.id) < (@afterAt, @afterId))
            order by r.created_at desc, r.id desc limit @limit
            """,
            Values(
                caller,
                new
                {
                    afterAt = after.At,
                    afterId = after.Id,
                    limit,
                }
            ),
            stop
        );
        await SayWhyUnmet(connection, rows, stop);
        return rows;
    }

    private async Task<PrivateRow?> Private(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        CancellationToken stop
    )
    {
        var row = await connection.Row<PrivateRow>(
            $"select {RequestRow.Columns}, {PrivateRow.PrivateColumns} {PrivateRow.Private} where r.id = @id",
            Values(caller, new { id }),
            stop
        );
        await SayWhyUnmet(connection, row is null ? [] : [row], stop);
        return row;
    }

    // Most of what is read is met, or somebody else's: then nothing more is asked.
    private async Task SayWhyUnmet(
        NpgsqlConnection connection,
        IReadOnlyList<PrivateRow> rows,
        CancellationToken stop
    )
    {
        var unmet = rows.Where(row => row.MaySeeCourse && row.Unmet > 0 && row.EndedAt is null).ToList();
        var why = await WhyUnmet.Of(connection, [.. unmet.Select(row => row.Id)], time.GetUtcNow(), stop);
        foreach (var row in unmet)
            row.Waiting = why.GetValueOrDefault(row.Id);
    }

    private Dapper.DynamicParameters Values(Caller caller, object more)
    {
        var values = new Dapper.DynamicParameters(more);
        values.AddDynamicParams(
            new
            {
                reader = caller.AccountId,
                // Whoever is suspended has a session and a second factor, and no role.
                team = caller.SecondFactor && caller.Roles.Count > 0,
                now = time.GetUtcNow(),
            }
        );
        return values;
    }

    private async Task Log(Caller caller, PrivateRow row, CancellationToken stop)
    {
        var view = new PrivateView(
            row.TeamRole ?? "giver",
            row.TeamAreaId,
            row.OwnerId,
            row.HouseholdId,
            row.Id,
            row.TeamRole is null ? row.GiverMatchId : null,
            "private"
        );
        var refusal = await database.Transaction(
            connection => views.Write(connection, caller, view, stop),
            stop
        );
        if (refusal is not null)
            throw refusal;
    }
}
