using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MutualAid.OData.PostGis;
using MutualAid.OData.PostGis.Protocol;
using MutualAid.Server.Interop.OData;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// The same rows twice over one connection: by the library, from a URL to OData's JSON, and by a statement written by hand,
/// whose rows are only read. In turns, question by question.
/// </summary>
internal static class ODataBenchmark
{
    private const int Rounds = 21;
    private const int Asked = 60;
    private const string Columns =
        "id, category, quantity, unmet, promised, delivered, unit, divisible, urgency, status, people, area_id, verified, created_at, expires_at, needed_by, public_note, st_asgeojson(place)";

    private static Guid[] keys = [];

    private static readonly Uri Root = new("http://localhost/odata/");

    public static async Task<int> Run()
    {
        string there =
            Environment.GetEnvironmentVariable("MUTUALAID_DATABASE")
            ?? throw new InvalidOperationException("MUTUALAID_DATABASE is not set: start with ./bench odata");
        // As the service's readers connect.
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(there)
            {
                MaxAutoPrepare = 100,
                Options = "-c role=mutualaid_reader -c jit=off",
            }
        );
        await using var connection = await source.OpenConnectionAsync();
        await using (
            var some = new NpgsqlCommand(
                $"select array(select id from public_need order by md5(id::text) limit {Asked})",
                connection
            )
        )
            keys = (Guid[])(await some.ExecuteScalarAsync())!;
        var service = new ODataService(
            PublicModel.Make(),
            new ODataLimits(),
            new NoSeal(),
            TimeProvider.System
        );
        Console.WriteLine("| question | rows | by hand ms | OData ms | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var question in Questions())
            await Measure(question, service, connection);
        return 0;
    }

    private static IEnumerable<Question> Questions()
    {
        yield return new Question(
            "within 700 m, first 50 by id",
            at => $"Requests?$filter=geo.distance(Location,{Point(at)}) lt 700&$top=50",
            $"select {Columns} from public_need where st_dwithin(place, $1::geography, 700, false) and (place <-> $1::geography) < 700 order by id limit 50",
            Wkt
        );
        yield return new Question(
            "the nearest 20",
            at => $"Requests?$orderby=geo.distance(Location,{Point(at)})&$top=20",
            $"select * from (select {Columns}, place <-> $1::geography as metres from public_need order by place <-> $1::geography fetch first 20 rows with ties) x order by metres, id limit 20",
            Wkt
        );
        yield return new Question(
            "a page of 100 after a key",
            at => $"Requests?$filter=Quantity gt 1&$skiptoken={After(at)}",
            $"select {Columns} from public_need where quantity > 1 and id > $1::uuid order by id limit 100",
            at => $"{keys[at]}"
        );
        // A service that takes the filter from its reader binds it, and PostgreSQL then plans for each value.
        yield return new Question(
            "the same, the filter's value bound by hand too",
            at => $"Requests?$filter=Quantity gt 1&$skiptoken={After(at)}",
            $"select {Columns} from public_need where quantity > $2 and id > $1::uuid order by id limit 100",
            at => $"{keys[at]}",
            1
        );
        yield return new Question(
            "count in a square of 0.006°",
            at => $"Requests/$count?$filter=geo.intersects(Location,geography'SRID=4326;{Square(at)}')",
            "select count(*) from public_need where st_intersects(place, $1::geography)",
            at => $"SRID=4326;{Square(at)}"
        );
    }

    private static async Task Measure(Question question, ODataService service, NpgsqlConnection connection)
    {
        List<double> byHand = [],
            byUrl = [];
        long rows = 0;
        for (int round = -1; round < Rounds; round++)
        {
            Stopwatch hand = new(),
                url = new();
            rows = 0;
            // One by one, the first in turns: what else the machine does meets both alike.
            for (int at = 0; at < Asked; at++)
            for (int turn = 0; turn < 2; turn++)
                if (turn == at % 2)
                {
                    hand.Start();
                    rows += await Hand(question, at, connection);
                    hand.Stop();
                }
                else
                {
                    url.Start();
                    await Url(question, at, service, connection);
                    url.Stop();
                }
            if (round < 0)
                continue; // both are warm from here on
            byHand.Add(hand.Elapsed.TotalMilliseconds / Asked);
            byUrl.Add(url.Elapsed.TotalMilliseconds / Asked);
        }
        double ratio = byUrl.Zip(byHand, (one, other) => one / other).Order().ElementAt(Rounds / 2);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {question.Name} | {rows / (double)Asked:0} | {byHand.Order().ElementAt(Rounds / 2):0.00} | {byUrl.Order().ElementAt(Rounds / 2):0.00} | {ratio:0.00} |"
            )
        );
    }

    private static async Task<int> Hand(Question question, int at, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(question.Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = question.Value(at) });
        if (question.Bound is { } bound)
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = bound });
        await using var row = await command.ExecuteReaderAsync();
        object[] values = new object[row.FieldCount];
        int rows = 0;
        for (; await row.ReadAsync(); rows++)
            row.GetValues(values);
        return rows;
    }

    private static async Task Url(
        Question question,
        int at,
        ODataService service,
        NpgsqlConnection connection
    )
    {
        string[] halves = question.Address(at).Split('?', 2);
        var request = new ODataRequest("GET", Root, halves[0], halves[1], _ => null, default);
        var answer = await service.Answer(
            request,
            ODataReader.Anybody,
            (work, stop) => work(connection, stop),
            CancellationToken.None
        );
        if (answer.Status != 200)
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(answer.Body.Span));
    }

    // Spots over the city, the same each time.
    private static (double Lon, double Lat) Spot(int at) =>
        (105.72 + at * 37 % 100 * 0.0026, 20.92 + at * 61 % 100 * 0.0022);

    private static string Wkt(int at) =>
        string.Create(CultureInfo.InvariantCulture, $"SRID=4326;POINT({Spot(at).Lon} {Spot(at).Lat})");

    private static string Point(int at) => $"geography'{Wkt(at)}'";

    private static string Square(int at)
    {
        var (w, s) = Spot(at);
        var (e, n) = (w + 0.006, s + 0.006);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"
        );
    }

    private static string After(int at) =>
        System.Buffers.Text.Base64Url.EncodeToString(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Position = new[] { $"{keys[at]}" },
                    Left = (long?)null,
                    Tracked = (string?)null,
                }
            )
        );

    private sealed record Question(
        string Name,
        Func<int, string> Address,
        string Sql,
        Func<int, string> Value,
        int? Bound = null
    );

    private sealed class NoSeal : ITokenSeal
    {
        public string Seal(string text) => text;

        public string? Open(string sealedText) => sealedText;
    }
}
