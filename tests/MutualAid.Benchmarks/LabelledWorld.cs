using MutualAid.Seed.Repeats;
using MutualAid.Server;
using MutualAid.Server.Requests;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>The labelled needs in a database of the service, and what was suggested of them judged by their labels.</summary>
internal static class LabelledWorld
{
    /// <summary>Writes them as posts would have left them, in one ward; every need is live.</summary>
    public static async Task Write(string database, Settings settings, IReadOnlyList<LabelledNeed> needs)
    {
        var households = new Households(settings);
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Do(Typed);
        await using var command = new NpgsqlCommand(Take, connection) { CommandTimeout = 0 };
        void Column<T>(Func<LabelledNeed, T> value) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. needs.Select(value)] });
        Column(need => Id(need.Number));
        Column(need => need.Poster);
        Column(need => need.OnBehalf);
        Column(need => households.PhoneHash(need.Phone)!);
        Column(need => households.AddressHash(need.Address));
        Column(need => need.At.UtcDateTime);
        Column(need => need.Category);
        Column(need => need.Quantity);
        Column(need => need.Urgency);
        Column(need => need.People);
        Column(need => need.Lon);
        Column(need => need.Lat);
        Column(need => need.Address);
        Column(need => need.Phone);
        Column(need => need.Name);
        Column(need => need.Details);
        await command.ExecuteNonQueryAsync();
        await Do(Insert);
        await transaction.CommitAsync();

        async Task Do(string sql)
        {
            await using var one = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await one.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Of one half; a suggested pair belongs to the half of the later need.</summary>
    public static async Task<Judged> Judge(
        string database,
        IReadOnlyList<LabelledNeed> needs,
        bool heldOut,
        double atLeast = 0
    )
    {
        var found = new List<(int First, int Later)>();
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            "select other_id, request_id from duplicate_suggestion where score >= $1"
        );
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = atLeast });
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync())
                found.Add((Number(row.GetGuid(0)), Number(row.GetGuid(1))));
        var byNumber = needs.ToDictionary(need => need.Number);
        var right = LabelledNeeds
            .Pairs(needs)
            .Where(pair => pair.Later.HeldOut == heldOut)
            .Select(pair => (pair.First.Number, pair.Later.Number))
            .ToHashSet();
        var suggested = found.Where(pair => byNumber[pair.Later].HeldOut == heldOut).ToList();
        int hits = suggested.Count(right.Contains);
        return new Judged(right.Count, suggested.Count, hits);
    }

    public static Guid Id(int number) => new(number, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]);

    public static int Number(Guid id) => BitConverter.ToInt32(id.ToByteArray(), 0);

    private const string Typed = """
        create temporary table typed (id uuid, poster text, on_behalf boolean, phone_hash bytea, address_hash bytea, at timestamptz,
          category text, quantity int, urgency text, people int, lon float8, lat float8, address text, phone text, name text, details text)
        on commit drop
        """;

    private const string Take = """
        insert into typed select * from unnest($1::uuid[], $2::text[], $3::boolean[], $4::bytea[], $5::bytea[], $6::timestamptz[], $7::text[],
          $8::int[], $9::text[], $10::int[], $11::float8[], $12::float8[], $13::text[], $14::text[], $15::text[], $16::text[])
        """;

    private const string Insert = """
        create temporary table somebody on commit drop as select poster, gen_random_uuid() as id from typed group by poster;
        create temporary table here on commit drop as
          select id as ward, root_id as root from area where ward and valid_to is null order by code limit 1;
        insert into account (id, created_at) select id, now() from somebody;
        insert into household (id, root_area_id, account_id, on_behalf, phone_hash, address_hash, created_at)
          select n.id, root, s.id, on_behalf, phone_hash, address_hash, at from typed n join somebody s using (poster), here;
        insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, people, created_at,
            expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id)
          select n.id, root, n.id, s.id, c.id, quantity, quantity, c.divisible, urgency, people, at, at + interval '60 days',
            st_setsrid(st_makepoint(lon, lat), 4326)::geography, 0, 0, ward, ward
          from typed n join somebody s using (poster) join category c on c.code = n.category, here;
        insert into request_private (request_id, root_area_id, place, address, phone, name, details)
          select n.id, root, st_setsrid(st_makepoint(lon, lat), 4326)::geography, address, phone, name, details from typed n, here;
        """;
}

/// <summary>How much of what was to be found was found, and how much of what was said was right.</summary>
internal sealed record Judged(int Repeats, int Suggested, int Right)
{
    public double Precision => Suggested == 0 ? 0 : Right / (double)Suggested;
    public double Recall => Right / (double)Repeats;
}
