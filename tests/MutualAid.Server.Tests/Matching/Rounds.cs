using Dapper;
using MutualAid.Server.Rounds;

namespace MutualAid.Server.Tests.Matching;

/// <summary>Rounds as tests call them, and what came of them.</summary>
internal static class Rounds
{
    internal static Task<RoundFigures> Round(this ServiceFixture service) =>
        service.App.Services.GetRequiredService<MatchingRound>().Run(TestContext.Current.CancellationToken);

    internal static Task<long> Lapse(this ServiceFixture service) =>
        service
            .App.Services.GetRequiredService<LapseMatches>()
            .Sweep(service.Clock.GetUtcNow(), TestContext.Current.CancellationToken);

    internal static async Task Execute(this ServiceFixture service, string sql, object? values = null)
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync(sql, values, commandTimeout: 600);
    }

    /// <summary>Open proposals, the first made first.</summary>
    internal static async Task<List<Asked>> Proposals(this ServiceFixture service)
    {
        await using var connection = await service.Open();
        return
        [
            .. await connection.QueryAsync<Asked>(
                """
                select id, request_id as RequestId, offer_id as OfferId, giver_account_id as GiverId, trip_id as TripId, units,
                       distance_metres as Metres, reasons::text as Reasons
                from match where status = 'proposed' order by id
                """
            ),
        ];
    }

    internal sealed class Asked
    {
        public Guid Id { get; init; }
        public Guid RequestId { get; init; }
        public Guid OfferId { get; init; }
        public Guid GiverId { get; init; }
        public Guid TripId { get; init; }
        public int Units { get; init; }
        public int Metres { get; init; }
        public string Reasons { get; init; } = "";
    }
}
