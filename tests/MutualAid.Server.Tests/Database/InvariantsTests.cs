using Dapper;

namespace MutualAid.Server.Tests.Database;

public sealed class InvariantsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Written =
        "insert into match_message (id, root_area_id, match_id, sender_account_id, text, sent_at) select gen_random_uuid(), root_area_id, id, ";

    [Theory]
    [InlineData("update request set unmet = 3, promised = 1 where id = @request", "request: promised")]
    [InlineData("update request set confirmed = 1 where id = @request", "request: confirmed")]
    [InlineData("update request set hidden_at = @now where id = @request", "request: ended or hidden")]
    [InlineData("update request set unmet = 1, delivered = 3 where id = @request", "request: no proposal")]
    [InlineData("update offer set held = held - 1, free = free + 1 where id = @offer", "offer: held")]
    [InlineData("update offer set status = 'paused' where id = @offer", "offer: paused")]
    [InlineData("update offer_day set held = held - 1, free = free + 1 where offer_id = @offer", "day: held")]
    [InlineData("delete from offer_day where offer_id = @offer", "day: matches of an offer")]
    [InlineData("update match set accepted_at = @now where id = @match", "match: its times")]
    [InlineData("update match set status = 'declined' where id = @match", "offer: held")]
    [InlineData("update match set giver_account_id = @receiver where id = @match", "match: the giver")]
    [InlineData("delete from count_delta", "counts equal rows")]
    [InlineData(Written + "@receiver, 'x', @now from match where id = @match", "message: from acceptance")]
    [InlineData(
        Written
            + "(select a.id from account a where a.id not in (select account_id from request) and a.id <> giver_account_id limit 1), 'x', @now from match where id = @match",
        "message: of one of"
    )]
    [InlineData(
        "update account set erased_at = @now where id = @receiver; insert into access_key values (gen_random_uuid(), 'x', @receiver, 'posting', null, 'x', @now, @now + interval '1 day')",
        "access key: its maker"
    )]
    [InlineData(Written + "@receiver, null, @now from match where id = @match", "message: without text")]
    public async Task a_broken_row_is_named(string tampering, string rule)
    {
        var receiver = await service.NewPerson();
        var giver = await service.NewPerson();
        await service.NewPerson("Người khác");
        var request = await service.GivenRequest(receiver, quantity: 4);
        var offer = await service.GivenOffer(giver, capacity: 10, perDay: 5);
        var match = await service.GivenProposal(offer, request, 2);
        await service.InvariantsHold();

        await using var connection = await service.Open();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync(
                "alter table request drop constraint request_confirmed;" + tampering,
                new
                {
                    request,
                    offer,
                    match,
                    receiver = receiver.Id,
                    now = service.Clock.GetUtcNow(),
                }
            );
            var found = await Invariants.Violations(connection, transaction);
            Assert.Contains(found, line => line.StartsWith(rule, StringComparison.Ordinal));
        }
        await service.InvariantsHold();
    }
}
