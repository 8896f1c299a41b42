using MutualAid.Matching;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>What rounds weigh against what. The two numbers that decide who is served first where not all can be are settings.</summary>
internal static class RoundCosts
{
    public static async Task<CostOptions> Read(NpgsqlConnection connection, CancellationToken stop)
    {
        var row = await connection.Row<Row>(
            """
            select setting('age_weight')::float8 as age_weight, setting('ward_deficit_seconds')::float8 as deficit_seconds
            """,
            null,
            stop
        );
        return new CostOptions { AgeWeight = row!.AgeWeight, DeficitSeconds = row.DeficitSeconds };
    }

    public static bool Same(CostOptions one, CostOptions other) =>
        (one.AgeWeight, one.DeficitSeconds) == (other.AgeWeight, other.DeficitSeconds);

    public static async Task<IResult> Get(
        ServiceDatabase database,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        context.CacheBriefly();
        await using var connection = await database.Open(stop);
        var costs = await Read(connection, stop);
        var plan = new PlanOptions();
        return Results.Ok(
            new
            {
                costs.AgeWeight,
                wardDeficitSeconds = costs.DeficitSeconds,
                unmetSeconds = ByUrgency(costs.UnmetSeconds),
                urgencyFactor = ByUrgency(costs.UrgencyFactor),
                answerSeconds = ByUrgency(costs.AnswerSeconds),
                costs.LoadSeconds,
                costs.MetresPerSecond,
                tripRadius = plan.TripRadius,
                plan.UrgentCertainty,
            }
        );
    }

    private static object ByUrgency(IReadOnlyList<double> values) =>
        new
        {
            routine = values[0],
            soon = values[1],
            urgent = values[2],
        };

    private sealed class Row
    {
        public double AgeWeight { get; init; }
        public double DeficitSeconds { get; init; }
    }
}
