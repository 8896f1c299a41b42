using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Faults;

/// <summary>
/// Every row of every table that was written since a moment, and how many rows each table lost or won: with ids, times,
/// phones, secrets and running numbers made alike, so that the same act on another scene leaves the same. Not the matcher's lease, which counts
/// its leaders.
/// </summary>
internal sealed class WhatChanged(ServiceFixture service)
{
    private string rows = "";
    private string counts = "";

    /// <summary>To be called once, when there are tables.</summary>
    public async Task Prepare()
    {
        await using var connection = await service.Open();
        var tables = (
            await connection.QueryAsync<string>(
                """
                select c.relname from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                  and c.relname not in ('spatial_ref_sys', 'migration', 'test_clock', 'area', 'area_place', 'cell', 'lease')
                order by 1
                """
            )
        ).ToList();
        rows = string.Join(
            " union all ",
            tables.Select(table =>
                $"select '{table} ' || alike(to_jsonb(t)) as line from {table} t where t.xmin::text::bigint >= @since"
            )
        );
        counts = string.Join(
            " union all ",
            tables.Select(table => $"select '{table}' as name, count(*) as rows from {table}")
        );
        await connection.ExecuteAsync(
            """
            create function alike(line jsonb) returns text language sql immutable as $$
              select regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                (case when jsonb_typeof(line -> 'id') = 'number' then line - 'id' else line end - 'xid' - 'ordinal')::text,
                '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'ID', 'g'),
                '"\d{4}-\d\d-\d\dT[^"]+"', '"TIME"', 'g'),
                '\+84\d{9}', 'PHONE', 'g'),
                'Người \d+', 'NAME', 'g'),
                '\\\\x[0-9a-f]+', 'BYTES', 'g'),
                '"\d{6}"', '"CODE"', 'g')
            $$
            """
        );
    }

    /// <summary>What the act leaves, whatever it is answered.</summary>
    public async Task<string> By(Func<Task> act)
    {
        await using var connection = await service.Open();
        long since = await connection.ExecuteScalarAsync<long>("select pg_current_xact_id()::text::bigint");
        var before = await Counts(connection);
        await act();
        var lines = (await connection.QueryAsync<string>(rows, new { since })).Order(StringComparer.Ordinal);
        var after = await Counts(connection);
        var moved = after
            .Where(table => table.Value != before[table.Key])
            .Select(table => $"{table.Key} {table.Value - before[table.Key]:+0;-0}");
        return string.Join('\n', lines.Concat(moved.Order(StringComparer.Ordinal)));
    }

    private async Task<Dictionary<string, long>> Counts(NpgsqlConnection connection) =>
        (await connection.QueryAsync<(string Name, long Rows)>(counts)).ToDictionary(
            row => row.Name,
            row => row.Rows
        );
}
