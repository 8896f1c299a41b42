using System.Diagnostics;
using MutualAid.Matching;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>
/// One round: plan with what stands in memory, propose through the door. No transaction is open while the solver thinks. What
/// has changed in between, the door skips, and the rows are read again; what came of the rest, the change log tells.
/// </summary>
public sealed class MatchingRound(
    ServiceDatabase database,
    MatcherDatabase everything,
    TimeProvider time,
    MatcherLease lease,
    MatchMessages messages,
    ILogger<Standing> log
)
{
    /// <summary>Proposals in one transaction: their requests' and offers' locks are held for its length.</summary>
    private const int Chunk = 500;

    /// <summary>
    /// Proposals of one round, the trips that save most first: the rest is planned anew a moment later, with what has come
    /// in between.
    /// </summary>
    private const int Most = 4_000;

    /// <summary>A matcher's memory, still empty: <see cref="Standing.Follow"/> fills it.</summary>
    public Standing Begin() => new(database, everything, time, log);

    /// <summary>
    /// Rounds until nothing more can be proposed. Takes the lease from whoever holds it, and gives it back.
    /// </summary>
    /// <param name="progress">Hears of each round.</param>
    public async Task<RoundFigures> Run(CancellationToken stop, Action<RoundFigures>? progress = null)
    {
        var holder = Guid.CreateVersion7();
        var all = new RoundFigures();
        try
        {
            var standing = Begin();
            var planner = new RoundPlanner(new PlanOptions());
            await standing.Follow(stop);
            long? fence = await lease.Take(holder, stop, force: true);
            while (fence is { } number)
            {
                var figures = await Once(number, standing, planner, stop);
                all += figures;
                progress?.Invoke(figures);
                // A pair that the door refused has left room for another.
                if (figures.Planned == 0 || figures.Fenced)
                    break;
                await standing.Follow(stop);
                fence = await lease.Take(holder, stop);
            }
        }
        finally
        {
            await lease.Release(holder, CancellationToken.None);
        }
        return all;
    }

    /// <summary>One round, written under the lease's fence.</summary>
    public async Task<RoundFigures> Once(
        long fence,
        Standing standing,
        RoundPlanner planner,
        CancellationToken stop
    )
    {
        var clock = Stopwatch.StartNew();
        var plan = planner.Plan(standing.Waiting, [.. standing.Givers], standing.Deficits, time.GetUtcNow());
        var proposals = Proposals(standing, plan);
        var solving = clock.Elapsed;
        var outcomes = await Propose(fence, proposals, stop);
        var writing = clock.Elapsed - solving;
        // Whoever holds a lock is about to change something: the change log will tell.
        await standing.Refuse(
            [
                .. proposals
                    .Where(proposal =>
                        outcomes.GetValueOrDefault(proposal.Id, "done")
                            is not ("done" or "locked" or "fenced")
                    )
                    .Select(proposal => (proposal.Request, proposal.Giver)),
            ],
            stop
        );
        return new RoundFigures
        {
            Rounds = 1,
            Pairs = plan.Pairs,
            Planned = proposals.Count,
            Proposed = outcomes.Values.Count(outcome => outcome == "done"),
            Refused = outcomes
                .Values.Where(outcome => outcome != "done")
                .CountBy(outcome => outcome)
                .ToDictionary(),
            PastDeadline = plan.PastDeadline ? 1 : 0,
            Gap = plan.SavingBound == 0 ? 0 : (double)plan.Gap / plan.SavingBound,
            Solving = solving,
            Writing = writing,
            Reading = clock.Elapsed - solving - writing,
        };
    }

    private List<Proposal> Proposals(Standing standing, RoundPlan plan)
    {
        var now = time.GetUtcNow();
        var reasons = new Reasons(standing, now);
        var proposals = new List<Proposal>();
        foreach (var trip in plan.Matches.GroupBy(match => match.Trip))
        {
            if (proposals.Count >= Most)
                break;
            var id = Guid.CreateVersion7(now);
            bool first = true;
            foreach (var match in trip)
            {
                proposals.Add(
                    new Proposal(
                        Guid.CreateVersion7(now),
                        match.Request.Id,
                        match.Giver.Account,
                        match.Offer.Id,
                        match.Units,
                        id,
                        reasons.Of(match, first)
                    )
                );
                first = false;
            }
        }
        return proposals;
    }

    private async Task<Dictionary<Guid, string>> Propose(
        long fence,
        List<Proposal> proposals,
        CancellationToken stop
    )
    {
        var outcomes = new Dictionary<Guid, string>();
        for (int start = 0, end; start < proposals.Count; start = end)
        {
            end = Math.Min(start + Chunk, proposals.Count);
            while (end < proposals.Count && proposals[end - 1].Trip == proposals[end].Trip)
                end--;
            var chunk = proposals[start..end];
            var rows = await database.Transaction(
                connection => Propose(connection, fence, chunk, stop),
                stop
            );
            messages.Wake();
            foreach (var row in rows)
                outcomes[row.MatchId] = row.Result;
            if (rows.Any(row => row.Result == "fenced"))
                break;
        }
        return outcomes;
    }

    private async Task<IReadOnlyList<Outcome>> Propose(
        NpgsqlConnection connection,
        long fence,
        List<Proposal> chunk,
        CancellationToken stop
    )
    {
        var rows = await connection.Rows<Outcome>(
            """
            select match_id, outcome as result
            from match_propose(@now, @fence, 'matcher', @ids, @requests, @offers, @units, @trips, @reasons::text[]::jsonb[])
            """,
            new
            {
                now = time.GetUtcNow(),
                fence,
                ids = chunk.Select(proposal => proposal.Id).ToArray(),
                requests = chunk.Select(proposal => proposal.Request).ToArray(),
                offers = chunk.Select(proposal => proposal.Offer).ToArray(),
                units = chunk.Select(proposal => proposal.Units).ToArray(),
                trips = chunk.Select(proposal => proposal.Trip).ToArray(),
                reasons = chunk.Select(proposal => proposal.Reasons).ToArray(),
            },
            stop
        );
        var made = rows.Where(row => row.Result == "done").Select(row => row.MatchId).ToList();
        if (made.Count > 0)
            await messages.Proposed(connection, made, stop);
        return rows;
    }

    private sealed record Proposal(
        Guid Id,
        Guid Request,
        Guid Giver,
        Guid Offer,
        int Units,
        Guid Trip,
        string Reasons
    );

    private sealed class Outcome
    {
        public Guid MatchId { get; init; }
        public string Result { get; init; } = "";
    }
}
