using System.Diagnostics;
using MutualAid.Matching;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>
/// One round: read candidates, plan, propose through the door. Reading and writing are transactions of their own; none is
/// open while the solver thinks. What has changed in between, the door skips.
/// </summary>
public sealed class MatchingRound(
    ServiceDatabase database,
    TimeProvider time,
    MatcherLease lease,
    MatchMessages messages
)
{
    /// <summary>Pairs taken for each offer, or each request: enough that the plan has a choice when neighbours compete.</summary>
    private const int Nearest = 20;

    /// <summary>Offers looked at for each request of the turn.</summary>
    private const int Scan = 300;

    /// <summary>Proposals in one transaction: their requests' and offers' locks are held for its length.</summary>
    private const int Chunk = 500;

    private static readonly MatchingOptions Options = new();

    /// <summary>
    /// Rounds until nothing more can be proposed. Takes the lease from whoever holds it, and gives it back.
    /// </summary>
    /// <param name="progress">Hears of each round.</param>
    public async Task<RoundFigures> Run(CancellationToken stop, Action<RoundFigures>? progress = null)
    {
        var holder = Guid.CreateVersion7();
        var rotation = new Rotation(database, time);
        var all = new RoundFigures();
        try
        {
            long? fence = await lease.Take(holder, stop, force: true);
            while (fence is { } number && await rotation.Next(time.GetUtcNow(), stop) is { } turn)
            {
                var figures = await Once(number, turn, stop);
                rotation.Made(figures.Proposed);
                all += figures;
                progress?.Invoke(figures);
                fence = figures.Fenced ? null : await lease.Take(holder, stop);
            }
        }
        finally
        {
            await lease.Release(holder, CancellationToken.None);
        }
        return all;
    }

    /// <summary>One round for those whose turn it is, written under the lease's fence.</summary>
    public async Task<RoundFigures> Once(long fence, Turn turn, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var round = new RoundInstance(await Candidates(turn, stop), time.GetUtcNow());
        var reading = clock.Elapsed;
        var plan = Matcher.Solve(round.Instance, Options);
        var solving = clock.Elapsed - reading;
        var outcomes = await Propose(fence, Proposals(round, plan, turn), stop);
        return new RoundFigures
        {
            Rounds = 1,
            Pairs = round.Instance.Pairs.Count,
            Planned = plan.Matches.Count,
            Proposed = outcomes.GetValueOrDefault("done"),
            Refused = outcomes.Where(pair => pair.Key != "done").ToDictionary(),
            Reading = reading,
            Solving = solving,
            Writing = clock.Elapsed - reading - solving,
        };
    }

    private async Task<IEnumerable<Candidate>> Candidates(Turn turn, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var found = new List<Candidate>();
        await using var connection = await database.Open(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await connection.Execute(CandidateQueries.Prefer, null, stop);
        if (turn.Requests.Count > 0)
            found.AddRange(
                await connection.Rows<Candidate>(
                    CandidateQueries.FromRequests,
                    new
                    {
                        requests = turn.Requests.ToArray(),
                        now,
                        nearest = Nearest,
                        scan = Scan,
                    },
                    stop
                )
            );
        if (turn.Givers.Count > 0)
            found.AddRange(
                await connection.Rows<Candidate>(
                    CandidateQueries.FromGivers,
                    new
                    {
                        givers = turn.Givers.ToArray(),
                        now,
                        nearest = Nearest,
                    },
                    stop
                )
            );
        await transaction.CommitAsync(stop);
        return found;
    }

    private List<Proposal> Proposals(RoundInstance round, Plan plan, Turn turn)
    {
        var now = time.GetUtcNow();
        var reasons = new Reasons(round, turn);
        var trips = new Dictionary<int, Guid>();
        // Reasons in the plan's order; then a trip's matches side by side, so that no chunk splits one.
        return
        [
            .. plan
                .Matches.Select(match => new Proposal(
                    Guid.CreateVersion7(now),
                    round.RequestId(match.Request),
                    round.OfferId(match.Offer),
                    match.Units,
                    trips.TryGetValue(match.Trip, out var trip)
                        ? trip
                        : trips[match.Trip] = Guid.CreateVersion7(now),
                    reasons.Of(match)
                ))
                .GroupBy(proposal => proposal.Trip)
                .SelectMany(trip => trip),
        ];
    }

    private async Task<Dictionary<string, int>> Propose(
        long fence,
        List<Proposal> proposals,
        CancellationToken stop
    )
    {
        var outcomes = new Dictionary<string, int>();
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
            foreach (string outcome in rows)
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (outcomes.ContainsKey("fenced"))
                break;
        }
        return outcomes;
    }

    private async Task<List<string>> Propose(
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
        return [.. rows.Select(row => row.Result)];
    }

    private sealed record Proposal(Guid Id, Guid Request, Guid Offer, int Units, Guid Trip, string Reasons);

    private sealed class Outcome
    {
        public Guid MatchId { get; init; }
        public string Result { get; init; } = "";
    }
}
