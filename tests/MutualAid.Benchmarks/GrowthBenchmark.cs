using System.Globalization;
using System.Text.Json.Nodes;
using MutualAid.Server.Requests;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// <c>nearby</c> in one city, and then in a hundred like it that lie beside one another: what a request costs must hang on what
/// lies near it, not on how many there are.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Rounds = 5;
    private const int Asked = 400;

    // A city is 0.29° wide and 0.25° high.
    private const double EastOf = 0.30;
    private const double NorthOf = 0.26;

    public static async Task<int> Run()
    {
        string Env(string name) =>
            Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"{name} is not set: start with ./bench growth");
        await using var source = NpgsqlDataSource.Create(Env("MUTUALAID_DATABASE"));
        var service = new Uri(Env("SERVICE"));
        Console.WriteLine(
            $"| live requests | with unmet units | pages read, median | mean | SQL ms, median | HTTP ms, median | p99 |"
        );
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        var one = await Measure(source, service, cities: 1);
        await Copy(source);
        var hundred = await Measure(source, service, cities: 10);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| ratio | | {hundred.Pages / one.Pages:0.00} | {hundred.MeanPages / one.MeanPages:0.00} | {hundred.SqlMs / one.SqlMs:0.00} | {hundred.HttpMs / one.HttpMs:0.00} | |"
            )
        );
        return 0;
    }

    /// <param name="cities">In each direction.</param>
    private static async Task<Cost> Measure(NpgsqlDataSource source, Uri service, int cities)
    {
        await using var connection = await source.OpenConnectionAsync();
        long live = await Number(connection, "select count(*) from request where end_status is null");
        long unmet = await Number(connection, "select count(*) from public_request where unmet > 0");
        var (pages, sql) = await Explain(connection, cities);
        string script = Scripts.Nearby(cities, EastOf, NorthOf);
        await Wrk.Run(service, 1, TimeSpan.FromSeconds(15), script);
        var http = new List<Measured>();
        for (int round = 0; round < Rounds; round++)
            http.Add(await Wrk.Run(service, 1, TimeSpan.FromSeconds(5), script));
        var cost = new Cost(
            pages.Order().ElementAt(Asked / 2),
            pages.Average(),
            sql.Order().ElementAt(Asked / 2),
            http.Select(measured => measured.MedianMs).Order().ElementAt(Rounds / 2)
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {live} | {unmet} | {cost.Pages:0} | {cost.MeanPages:0} | {cost.SqlMs:0.00} | {cost.HttpMs:0.00} | {http.Select(measured => measured.P99Ms).Order().ElementAt(Rounds / 2):0.0} |"
            )
        );
        return cost;
    }

    // With parameters, as the service sends it. Twice, and the second counts, so that neither size is charged for the disk.
    private static async Task<(double[] Pages, double[] Ms)> Explain(NpgsqlConnection connection, int cities)
    {
        double[] pages = new double[Asked],
            ms = new double[Asked];
        await using var explain = new NpgsqlCommand(
            "explain (analyze, buffers, timing off, format json) "
                + NearbyNeeds.Sql(category: true, urgency: false, after: false),
            connection
        );
        foreach (string name in (string[])["lon", "lat", "within", "category", "limit"])
            explain.Parameters.Add(new NpgsqlParameter { ParameterName = name });
        explain.Parameters["within"].Value = 3000.0;
        explain.Parameters["category"].Value = (short)1;
        explain.Parameters["limit"].Value = 21;
        for (int pass = 0; pass < 2; pass++)
        {
            var random = new Random(1);
            for (int asked = 0; asked < Asked; asked++)
            {
                var (lon, lat) = ApiBenchmark.Somewhere(random);
                explain.Parameters["lon"].Value = lon + EastOf * random.Next(cities);
                explain.Parameters["lat"].Value = lat + NorthOf * random.Next(cities);
                var plan = JsonNode.Parse((string)(await explain.ExecuteScalarAsync())!)![0]!;
                ms[asked] = plan["Execution Time"]!.GetValue<double>();
                pages[asked] =
                    plan["Plan"]!["Shared Hit Blocks"]!.GetValue<double>()
                    + plan["Plan"]!["Shared Read Blocks"]!.GetValue<double>();
            }
        }
        return (pages, ms);
    }

    // Only what nearby reads is copied, and no trigger runs. In any order, as people post: needs that come city after city, each
    // where the last one was in the city before, make an index whose pages lie across one another (twice as many are read).
    private static async Task Copy(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await Do(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                set session_replication_role = replica;
                do $copy$
                declare
                  names text;
                  read text;
                begin
                  select string_agg(attname::text, ', ' order by attnum),
                    string_agg(case attname when 'id' then 'gen_random_uuid()'
                      when 'public_place' then 'st_translate(public_place::geometry, {EastOf} * east, {NorthOf} * north)::geography'
                      else attname::text end, ', ' order by attnum)
                  into names, read
                  from pg_attribute where attrelid = 'request'::regclass and attnum > 0 and not attisdropped and attgenerated = '';
                  execute format('insert into request (%s) select %s from request, generate_series(0, 9) east, generate_series(0, 9) north
                    where east + north > 0 order by random()', names, read);
                end $copy$
                """
            )
        );
        await Do(connection, "vacuum (analyze) request");
    }

    private static async Task Do(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Number(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed record Cost(double Pages, double MeanPages, double SqlMs, double HttpMs);
}
