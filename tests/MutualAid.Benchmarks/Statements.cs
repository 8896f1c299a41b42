using MutualAid.Server.Requests;

namespace MutualAid.Benchmarks;

/// <summary>What the service sends PostgreSQL for one request, as pgbench scripts. The large statements are the service's own.</summary>
internal static class Statements
{
    private const string Somewhere = """
        \set lon 105.80 + random(0, 100000) / 1000000.0
        \set lat 20.99 + random(0, 80000) / 1000000.0
        """;

    public static string Nearby =>
        $"""
            {Somewhere}
            \set within 3000
            \set category 1
            \set limit 21
            {OneLine(NearbyNeeds.Sql(category: true, urgency: false, after: false))};
            """;

    // The transaction as the service makes it, in as many messages: the session, the key's lock and row, the poster's lock and
    // row, the placing, the insertion, the key's row, and after the commit the reading of what was made. pgbench has no
    // identifiers of its own: the first statement makes them (one round trip that the service does not have).
    public static string Post =>
        $$"""
            {{Somewhere}}
            \set poster random(0, {{ApiBenchmark.Posters - 1}})
            select gen_random_uuid() as household, a.account_id as account, gen_random_uuid()::text as key,
                   json_build_array(json_build_object('id', gen_random_uuid(), 'need', json_build_object('category_id', 1, 'quantity', 4,
                     'divisible', true, 'urgency', 'soon', 'details', 'gạo, rau', 'destination', null)))::text as needs
            from account_private a where a.phone = '+849999' || lpad((:poster)::text, 5, '0') \gset
            select s.id, s.account_id, s.second_factor, a.locale, g.role from session s join account a on a.id = s.account_id
            left join role_grant g on g.account_id = a.id where s.token_hash = sha256(:key::text::bytea);
            \startpipeline
            begin;
            select pg_try_advisory_xact_lock(hashtextextended(:key::text, 0));
            select fingerprint, made, made_id, status_code from idempotency where (scope, route, key) = (:account::uuid, 'requests', :key::text);
            \endpipeline
            \startpipeline
            select true from account where id = :account::uuid for no key update;
            select a.suspended_at is not null as suspended, p.phone, p.name,
              (select count(*) from household h where h.account_id = a.id and h.created_at > now() - interval '1 hour') as lately
              from account a left join account_private p on p.account_id = a.id where a.id = :account::uuid;
            \endpipeline
            select st_x(p.place::geometry) as x, st_y(p.place::geometry) as y, p.cell_row as r, p.cell_column as c, p.root_area_id as root,
              p.public_area_id as ward, p.responsible_area_id as leaf
              from place_request(:account::uuid, false, null::bytea, st_setsrid(st_makepoint(:lon, :lat), 4326)::geography) p \gset
            {{OneLine(InsertPost)}};
            insert into idempotency (scope, route, key, fingerprint, made, made_id, status_code, created_at)
              values (:account::uuid, 'requests', :key::text, sha256(:key::text::bytea), 'household', :household::uuid, 201, now());
            commit;
            select * from request r join request_private p on p.request_id = r.id join area a on a.id = r.public_area_id
              where r.household_id = :household::uuid;
            """;

    private static string InsertPost =>
        new Dictionary<string, string>
        {
            ["@householdId"] = ":household::uuid",
            ["@RootAreaId"] = ":root::uuid",
            ["@account"] = ":account::uuid",
            ["@onBehalf"] = "false",
            ["@phoneHash"] = "null::bytea",
            ["@addressHash"] = "sha256(:lon::text::bytea)",
            ["@now"] = "now()",
            ["@needs"] = ":needs",
            ["@PublicNote"] = "null::text",
            ["@PublicAreaId"] = ":ward::uuid",
            ["@ResponsibleAreaId"] = ":leaf::uuid",
            ["@CellRow"] = ":r::int",
            ["@CellColumn"] = ":c::int",
            ["@People"] = "4",
            ["@Outside"] = "false",
            ["@Address"] = "'12 ngõ 3'::text",
            ["@consent"] = "null::boolean",
            ["@exactLon"] = ":lon",
            ["@exactLat"] = ":lat",
            ["@phone"] = "'+84912345678'::text",
            ["@name"] = "null::text",
            ["@Note"] = "'cửa xanh'::text",
            ["@Lon"] = ":x::double precision",
            ["@Lat"] = ":y::double precision",
        }
            // The longer names first: @phoneHash before @phone.
            .OrderByDescending(pair => pair.Key.Length)
            .Aggregate(
                RequestStore.InsertPost,
                (sql, pair) => sql.Replace(pair.Key, pair.Value, StringComparison.Ordinal)
            );

    // pgbench ends a statement at the semicolon; comments would swallow the rest of a joined line.
    private static string OneLine(string sql) =>
        Pgbench.Variables(string.Join(' ', sql.Split('\n').Select(line => line.Split("--")[0].Trim())));
}
