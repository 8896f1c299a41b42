using Dapper;

namespace MutualAid.Server.Tests.Interop.Exports;

/// <summary>Fifty thousand needs go out by pages: what the service holds meanwhile does not grow with them.</summary>
public sealed class LargeExportTests(LargeExportTests.Full service) : IClassFixture<LargeExportTests.Full>
{
    private const int Needs = 50_000;

    // A page of two thousand needs, what it is read from and what it becomes. All fifty thousand take more than twice of it.
    private const long MostBytes = 24 * 1024 * 1024;

    // Seen to fail with a page of a hundred thousand.
    [Theory]
    [InlineData("requests.csv")]
    [InlineData("requests.xlsx")]
    [InlineData("requests.geojson")]
    public async Task what_is_held_while_it_is_sent_does_not_grow_with_the_rows(string file)
    {
        var team = await service.NewPerson("Tổ trưởng", ("teamLead", Places.Province));
        // The first of everything is compiled and pooled before it is measured.
        await Read(team, $"/api/areas/{Places.OtherProvince}/requests.geojson", null);
        await Read(team, $"/api/areas/{Places.SouthWest}/{file}", null);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var (bytes, rows) = await Read(
            team,
            $"/api/areas/{Places.Province}/{file}",
            () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before)
        );
        Assert.True(bytes > 1_000_000, $"{bytes} bytes");
        if (file != "requests.xlsx")
            Assert.Equal(Needs, rows);
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {bytes:N0} bytes, {most:N0} held");
        Assert.True(most < MostBytes, $"{most:N0} bytes were held on the way of {bytes:N0}");
    }

    // Reads without keeping, and looks at what is held every now and then: the service waits for the reader meanwhile.
    private static async Task<(long Bytes, int Needs)> Read(Person team, string path, Action? look)
    {
        using var answer = await team.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
            return (0, 0);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0,
            next = 0;
        int urgent = 0,
            matched = 0;
        byte[] word = "\"urgent\""u8.ToArray(),
            plain = ",urgent,"u8.ToArray();
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            // Each need says once how urgent it is, as JSON or as a cell.
            foreach (byte one in buffer.AsSpan(0, read))
            {
                var sought = path.EndsWith("geojson", StringComparison.Ordinal) ? word : plain;
                matched =
                    one == sought[matched] ? matched + 1
                    : one == sought[0] ? 1
                    : 0;
                if (matched == sought.Length)
                {
                    urgent++;
                    matched = 0;
                }
            }
            bytes += read;
            if (look is not null && bytes >= next)
            {
                look();
                next += 500_000;
            }
        }
        return (bytes, urgent);
    }

    public sealed class Full(Cluster cluster) : ServiceFixture(cluster)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await using var connection = await Open();
            // Foreign keys and counts are not what is looked at here.
            await connection.ExecuteAsync(
                $"""
                set session_replication_role = replica;
                insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency,
                  created_at, expires_at, public_place, cell_row, cell_column, public_area_id, responsible_area_id, public_note)
                select md5('need' || i)::uuid, '{Places.Province}', md5('home' || i)::uuid, md5('account')::uuid, 1, 4, 4, true, 'urgent',
                  clock(), clock() + interval '1 day', g.centre, g.cell_row, g.cell_column, '{Places.SouthEast}', '{Places.SouthEast}',
                  'lời nhắn số ' || i || ' ' || md5(i::text) || md5((i + 1)::text)
                from generate_series(1, {Needs}) i
                cross join lateral grid_cell(105.85 + (i % 100) / 2500.0, 21.0 + (i % 77) / 2600.0, 250) g;
                set session_replication_role = origin;
                analyze request;
                """,
                commandTimeout: 120
            );
        }
    }
}
