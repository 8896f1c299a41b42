using System.Net;
using Dapper;
using MutualAid.Server.Jobs;
using MutualAid.Server.Rounds;
using MutualAid.Server.Tests.Matches;
using Npgsql;

namespace MutualAid.Server.Tests.Faults;

/// <summary>What the service does of its own accord, with a fault at each exchange: its next turn leaves what no fault leaves.</summary>
public sealed class OwnAccordTests(FaultService service) : IClassFixture<FaultService>
{
    [Theory]
    [InlineData(
        "round",
        "declined",
        "insert into block (account_id, blocked_account_id, created_at) values (@Giver, @Receiver, @now)"
    )]
    [InlineData("lapse", "accepted", "update match set due_by = created_at where id = @Id")]
    [InlineData(
        "confirm-deliveries",
        "delivered",
        "update match set delivered_at = delivered_at - interval '9 days' where id = @Id"
    )]
    [InlineData(
        "tell-unread",
        "accepted",
        "update match set created_at = created_at - interval '1 hour', accepted_at = accepted_at - interval '1 hour' where id = @Id; select match_write(@now - interval '3 minutes', @Id, @Giver, gen_random_uuid(), 'Tôi đang đến')"
    )]
    [InlineData(
        "expire-requests",
        "declined",
        "update request set created_at = created_at - interval '2 days', expires_at = created_at - interval '1 day' where id = @Request"
    )]
    public async Task a_fault_in_a_turn_is_made_good_by_the_next(string work, string state, string due)
    {
        var (exchanges, faults) = await new AtEveryStatement(service, () => Prepared(work, state, due)).Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{work}: {faults} faults at {exchanges} exchanges");
    }

    private async Task<Act> Prepared(string work, string state, string due)
    {
        await using (var connection = await service.Open())
            await connection.ExecuteAsync(
                """
                select request_end(@now, array(select id from request where end_status is null), 'closed', 'duplicate');
                select offer_close(@now, array(select id from offer where status in ('active', 'paused')), 'withdrawn', 'withdrawn');
                delete from outbox;
                """,
                new { now = service.Clock.GetUtcNow() }
            );
        var scene = await Scene.InState(service, state);
        if (work == "round")
            await service.GivenOffer(scene.Stranger);
        await service.Look<object>(
            due,
            new
            {
                scene.Id,
                scene.Request,
                Giver = scene.Giver.Id,
                Receiver = scene.Receiver.Id,
                now = service.Clock.GetUtcNow(),
            }
        );
        return new Act(
            async _ =>
            {
                await NobodyIsAtIt();
                return await Done(work) ? new Told(HttpStatusCode.OK, "") : null;
            },
            Keyed: false
        );
    }

    // The next turn comes when PostgreSQL has long heard that the session of this one was cut. Until then it holds its locks, and
    // a turn that finds another at work has nothing to do.
    private Task NobodyIsAtIt() =>
        Patience.Until(
            () =>
                service.Look<bool>(
                    """
                    select not exists (
                      select from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
                      where l.locktype = 'advisory')
                    """
                ),
            "the session that was cut has ended"
        );

    private async Task<bool> Done(string work)
    {
        var services = service.App.Services;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (work == "round")
                await services.GetRequiredService<MatchingRound>().Run(patience.Token);
            else if (work == "lapse")
                await services
                    .GetRequiredService<LapseMatches>()
                    .Sweep(service.Clock.GetUtcNow(), patience.Token);
            else
                await services
                    .GetServices<ISweep>()
                    .Single(sweep => sweep.Name == work)
                    .Sweep(service.Clock.GetUtcNow(), patience.Token);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            return false;
        }
    }
}
