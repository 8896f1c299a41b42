using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Rounds;

/// <summary>Which wards were served less than their province in the last 7 days.</summary>
internal static class WardDeficits
{
    /// <summary>By ward, its share of units served below that of its root area, 0 to 1; wards that lack nothing are absent.</summary>
    public static async Task<IReadOnlyDictionary<Guid, double>> Read(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (await connection.Rows<Ward>(Sql, new { now }, stop)).ToDictionary(
            ward => ward.Id,
            ward => ward.Deficit
        );

    /// <summary>
    /// From the counts. Served: fulfilled in the last 7 days, or live and promised or delivered; lacking: what live requests
    /// have unmet, and those that ran out in these days. To two digits: a step that nobody would notice weighs nothing anew.
    /// <c>@now</c>
    /// </summary>
    public const string Sql = """
        with ward as (
          select root_area_id, public_area_id,
                 sum(case when status = 'fulfilled' then units else units - unmet end) as served, sum(unmet) as lacking
          from request_count
          where status in ('open', 'matched', 'inDelivery')
            or (status in ('fulfilled', 'expired') and day > (@now at time zone 'UTC')::date - 7)
          group by 1, 2
        ), share as (
          select root_area_id, public_area_id, served / nullif(served + lacking, 0) as ward,
                 sum(served) over root / nullif(sum(served + lacking) over root, 0) as root
          from ward
          window root as (partition by root_area_id)
        )
        select public_area_id as id, round(root - ward, 2)::float8 as deficit from share where round(root - ward, 2) > 0
        """;

    private sealed class Ward
    {
        public Guid Id { get; init; }
        public double Deficit { get; init; }
    }
}
