using System.Net;
using Dapper;

namespace MutualAid.Server.Tests.Matches;

/// <summary>The product's table of steps, walked in both directions: what stands in it happens, all else is refused and moves nothing.</summary>
public sealed class StepTableTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] States =
    [
        "proposed",
        "accepted",
        "onTheWay",
        "delivered",
        "confirmed",
        "declined",
        "lapsed",
        "withdrawn",
        "failed",
    ];
    private static readonly (string Step, string Path)[] Steps =
    [
        ("accept", "accept"),
        ("decline", "decline"),
        ("setOut", "on-the-way"),
        ("deliver", "delivered"),
        ("confirm", "confirm"),
        ("dispute", "dispute"),
        ("fail", "fail"),
        ("withdraw", "withdraw"),
    ];

    public static TheoryData<string> EveryState => [.. States];

    [Theory]
    [MemberData(nameof(EveryState))]
    public async Task what_the_table_allows_moves_just_its_units(string state)
    {
        foreach (var row in (await Table()).Where(row => row.FromStatus == state && IsPerson(row.ByParty)))
        {
            var match = await Scene.InState(service, state);
            var before = await Sums(match.Id);
            var answer = await match
                .As(row.ByParty)
                .Post($"/api/matches/{match.Id}/{Path(row.Step)}", Body(row.Step))
                .Is(HttpStatusCode.OK);
            Assert.Equal(row.ToStatus, answer.Text("status"));
            Assert.Equal(before.After(row, Scene.Units), await Sums(match.Id));
        }
        await service.InvariantsHold();
    }

    [Theory]
    [MemberData(nameof(EveryState))]
    public async Task what_the_table_does_not_hold_is_refused_and_moves_nothing(string state)
    {
        var allowed = await Table();
        var match = await Scene.InState(service, state);
        var before = await Sums(match.Id);
        foreach (var (step, path) in Steps)
        foreach (string party in new[] { "giver", "receiver", "team", "stranger" })
        {
            if (allowed.Any(row => (row.FromStatus, row.Step, row.ByParty) == (state, step, party)))
                continue;
            var answering = match.As(party).Post($"/api/matches/{match.Id}/{path}", Body(step));
            if (party == "stranger")
                await answering.IsProblem(404, "notFound");
            else
            {
                var problem = await answering.IsProblem(409, "stepImpossible");
                Assert.Equal(state, problem.Text("state"));
                Assert.NotNull(problem["left"]);
            }
            Assert.Equal(before, await Sums(match.Id));
        }
        await service.InvariantsHold();
    }

    [Fact]
    public async Task the_clock_and_the_service_have_their_own_rows_and_no_others()
    {
        var allowed = await Table();
        foreach (string state in States)
        foreach (string party in new[] { "clock", "system" })
        foreach (string step in Steps.Select(step => step.Step).Append("lapse"))
        {
            var match = await Scene.InState(service, state);
            var row = allowed.SingleOrDefault(row =>
                (row.FromStatus, row.Step, row.ByParty) == (state, step, party)
            );
            // A match that is due: what the clock does too early is another test.
            await service.Look<int>(
                "update match set respond_by = created_at, due_by = created_at, delivered_at = delivered_at - interval '3 days' where id = @Id",
                new { match.Id }
            );
            var before = await Sums(match.Id);
            Assert.Equal(row is null ? "impossible" : "done", await service.Step(match.Id, step, party));
            Assert.Equal(row is null ? before : before.After(row, Scene.Units), await Sums(match.Id));
        }
        await service.InvariantsHold();
    }

    private static bool IsPerson(string party) => party is "giver" or "receiver" or "team";

    private static string Path(string step) => Steps.Single(known => known.Step == step).Path;

    private static object? Body(string step) =>
        step is "decline" or "dispute" or "fail" or "withdraw" ? new { reason = "other" } : null;

    private async Task<IReadOnlyList<Transition>> Table()
    {
        await using var connection = await service.Open();
        return (await connection.QueryAsync<Transition>("select * from match_transition")).AsList();
    }

    private async Task<Units> Sums(Guid match)
    {
        await using var connection = await service.Open();
        return await connection.QuerySingleAsync<Units>(
            """
            select m.status, r.unmet, r.promised, r.delivered, o.free, o.held, o.promised as offer_promised, o.given
            from match m join request r on r.id = m.request_id join offer o on o.id = m.offer_id where m.id = @match
            """,
            new { match }
        );
    }

    public sealed class Transition
    {
        public string FromStatus { get; init; } = "";
        public string Step { get; init; } = "";
        public string ByParty { get; init; } = "";
        public string ToStatus { get; init; } = "";
        public string? RequestFrom { get; init; }
        public string? RequestTo { get; init; }
        public string? OfferFrom { get; init; }
        public string? OfferTo { get; init; }
    }

    public sealed record Units
    {
        public string Status { get; init; } = "";
        public int Unmet { get; init; }
        public int Promised { get; init; }
        public int Delivered { get; init; }
        public int Free { get; init; }
        public int Held { get; init; }
        public int OfferPromised { get; init; }
        public int Given { get; init; }

        public Units After(Transition row, int units)
        {
            int Request(string column) =>
                (row.RequestTo == column ? units : 0) - (row.RequestFrom == column ? units : 0);
            int Offer(string column) =>
                (row.OfferTo == column ? units : 0) - (row.OfferFrom == column ? units : 0);
            return this with
            {
                Status = row.ToStatus,
                Unmet = Unmet + Request("unmet"),
                Promised = Promised + Request("promised"),
                Delivered = Delivered + Request("delivered"),
                Free = Free + Offer("free"),
                Held = Held + Offer("held"),
                OfferPromised = OfferPromised + Offer("promised"),
                Given = Given + Offer("given"),
            };
        }
    }
}
