using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>Random acts straight at the SQL door, from many connections at once: what the door and the constraints do when nothing stands before them.</summary>
internal sealed class DoorStorm(ServiceFixture service, StormWorld world, int seed)
{
    private static readonly (int Weight, string Act)[] Acts =
    [
        (20, "claim"),
        (30, "propose"),
        (14, "accept"),
        (3, "decline"),
        (5, "setOut"),
        (14, "deliver"),
        (3, "late"),
        (5, "confirm"),
        (3, "dispute"),
        (2, "fail"),
        (6, "withdraw"),
        (2, "lapse"),
        (4, "quantity"),
        (1, "endRequest"),
        (1, "hide"),
        (4, "offerClose"),
        (3, "bounds"),
        (3, "crowd"),
    ];

    /// <summary>SQLSTATE and constraint → how often.</summary>
    public ConcurrentDictionary<string, int> Refused { get; } = new();

    /// <summary>Act and outcome → how often.</summary>
    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    public async Task Run(int connections, int acts)
    {
        int left = acts;
        using var over = new CancellationTokenSource();
        var looking = Look(over.Token);
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(number =>
                    Task.Run(async () =>
                    {
                        var random = new Random(HashCode.Combine(seed, number));
                        while (Interlocked.Decrement(ref left) >= 0)
                            await Act(random);
                    })
                )
        );
        await over.CancelAsync();
        await looking;
    }

    private async Task Look(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await world.Look();
            await service.Clock.Advance(TimeSpan.FromMinutes(7));
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task Act(Random random)
    {
        string act = random.Weighted(Acts);
        try
        {
            await using var connection = await service.Open();
            string outcome = await Act(act, random, connection);
            Outcomes.AddOrUpdate($"{act} {outcome}", 1, (_, n) => n + 1);
        }
        catch (PostgresException e)
        {
            Refused.AddOrUpdate($"{e.SqlState} {e.ConstraintName}", 1, (_, n) => n + 1);
        }
    }

    private async Task<string> Act(string act, Random random, NpgsqlConnection connection)
    {
        var now = service.Clock.GetUtcNow();
        var seen = world.Now;
        var somebody = world.Somebody(random);
        switch (act)
        {
            case "claim" when seen.Request(random) is { } request:
                return await One(
                    connection,
                    "select outcome from match_claim(@now, @giver, @request, @units, @offer, @match, @made, @trip, '123456')",
                    new
                    {
                        now,
                        giver = somebody.Id,
                        request = request.Id,
                        units = request.Divisible ? random.Next(1, 4) : request.Quantity,
                        offer = random.Next(2) == 0 ? seen.OfferFor(random, request, somebody.Id)?.Id : null,
                        match = Guid.CreateVersion7(),
                        made = Guid.CreateVersion7(),
                        trip = Guid.CreateVersion7(),
                    }
                );
            case "propose"
                when seen.Request(random) is { } request && seen.OfferFor(random, request) is { } offer:
                return await One(
                    connection,
                    "select outcome from match_propose(@now, null, 'matcher', array[@match], array[@request], array[@offer], array[@units], array[@trip], array['[]'::jsonb])",
                    new
                    {
                        now,
                        match = Guid.CreateVersion7(),
                        request = request.Id,
                        offer = offer.Id,
                        units = request.Divisible ? random.Next(1, 4) : request.Quantity,
                        trip = Guid.CreateVersion7(),
                    }
                );
            case "accept" when seen.Match(random, "proposed") is { } match:
                return await Step(connection, now, "accept", "giver", match.Giver, match.Id, code: "123456");
            case "decline" when seen.Match(random, "proposed") is { } match:
                return await Step(connection, now, "decline", "giver", match.Giver, match.Id);
            case "setOut" when seen.Match(random, "accepted") is { } match:
                return await Step(connection, now, "setOut", "giver", match.Giver, match.Id);
            case "deliver" when seen.Match(random, "accepted", "onTheWay") is { } match:
                return await Step(
                    connection,
                    now,
                    "deliver",
                    "giver",
                    match.Giver,
                    match.Id,
                    random.Next(3) == 0 ? random.Next(1, Math.Max(match.Units, 1) + 1) : null,
                    random.Next(3) switch
                    {
                        0 => "123456",
                        1 => null,
                        _ => "000000",
                    }
                );
            case "late" when seen.Match(random, "lapsed") is { } match:
                return await Step(connection, now, "deliver", "giver", match.Giver, match.Id);
            case "confirm" when seen.Match(random, "delivered") is { } match:
                return await Step(connection, now, "confirm", "receiver", match.Receiver, match.Id);
            case "dispute" when seen.Match(random, "delivered") is { } match:
                return await Step(connection, now, "dispute", "receiver", match.Receiver, match.Id);
            case "fail" when seen.Match(random, "accepted", "onTheWay") is { } match:
                return await Step(connection, now, "fail", "giver", match.Giver, match.Id);
            case "withdraw" when seen.Match(random, "accepted", "onTheWay") is { } match:
                return random.Next(2) == 0
                    ? await Step(connection, now, "withdraw", "giver", match.Giver, match.Id)
                    : await Step(connection, now, "withdraw", "receiver", match.Receiver, match.Id);
            case "lapse":
                return await One(
                    connection,
                    """
                    select count(*)::text from match_step(@now, 'lapse', 'clock', null,
                      array(select id from match where (status = 'proposed' and respond_by <= @now) or (status in ('accepted', 'onTheWay') and due_by <= @now)))
                    where outcome <> 'done'
                    """,
                    new { now }
                );
            case "quantity" when seen.Request(random) is { Live: true } request:
                return await One(
                    connection,
                    "select request_set_quantity(@now, @Id, @quantity)::text",
                    new
                    {
                        now,
                        request.Id,
                        quantity = random.Next(1, 8),
                    }
                );
            case "endRequest" when seen.Request(random) is { } request:
                return await One(
                    connection,
                    "select count(*)::text from request_end(@now, array[@Id], @end, 'no longer needed')",
                    new
                    {
                        now,
                        request.Id,
                        end = random.Pick(["withdrawn", "expired", "closed"]),
                    }
                );
            case "hide" when seen.Request(random) is { } request:
                return await One(
                    connection,
                    "select request_hide(@now, @Id, true)::text; select request_hide(@now, @Id, false)::text",
                    new { now, request.Id }
                );
            case "offerClose" when seen.Offer(random) is { } offer:
                return await One(
                    connection,
                    "select count(*)::text from offer_close(@now, array[@Id], @status, 'paused')",
                    new
                    {
                        now,
                        offer.Id,
                        status = random.Pick(["paused", "active", "active", "withdrawn"]),
                    }
                );
            case "bounds" when seen.Offer(random) is { } offer:
                var (capacity, perDay) = StormWorld.Bounds(random);
                return await One(
                    connection,
                    """
                    update offer set edit_version = edit_version + 1 where id = @Id;
                    select offer_set_bounds(@now, @Id, @capacity, @perDay)::text
                    """,
                    new
                    {
                        now,
                        offer.Id,
                        capacity,
                        perDay,
                    }
                );
            case "crowd" when seen.LiveRequests < StormWorld.Crowd:
                await world.MakeRequest(random, somebody);
                return "request";
            case "crowd" when seen.Offers.Count(offer => offer.Live) < StormWorld.Crowd:
                await world.MakeOffer(random, somebody);
                return "offer";
            default:
                return "nothing to do";
        }
    }

    private static Task<string> Step(
        NpgsqlConnection connection,
        DateTimeOffset now,
        string step,
        string by,
        Guid actor,
        Guid match,
        int? units = null,
        string? code = null
    ) =>
        One(
            connection,
            "select outcome from match_step(@now, @step, @by, @actor, array[@match], null, array[@units], array[@code])",
            new
            {
                now,
                step,
                by,
                actor,
                match,
                units,
                code,
            }
        );

    private static async Task<string> One(NpgsqlConnection connection, string sql, object values) =>
        await connection.ExecuteScalarAsync<string>(sql, values) ?? "";
}
