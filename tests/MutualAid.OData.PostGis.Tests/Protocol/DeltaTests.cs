using System.Globalization;
using System.Text.Json;

namespace MutualAid.OData.PostGis.Tests.Protocol;

/// <summary>What has changed since: told where all that an answer hangs on is followed, and not offered elsewhere.</summary>
public sealed class DeltaTests(ViewsDatabase database)
{
    private const string Track = "Prefer: odata.track-changes";

    // The log tells of notes alone: a thing that changes would change these answers, and nobody be told.
    [Theory]
    [InlineData("Notes?$expand=Thing")]
    [InlineData("Notes?$expand=Siblings($select=Id)")]
    [InlineData("Notes?$filter=Thing/Whole gt 3")]
    [InlineData("Notes?$filter=Siblings/any(s:s/Body eq 'a')")]
    [InlineData("Notes?$filter=Siblings/$count gt 1")]
    [InlineData("Notes?$compute=Thing/Name as Called")]
    [InlineData("Notes?$filter=now() gt 2024-01-01T00:00:00Z")]
    [InlineData("Notes?$orderby=Body")]
    [InlineData("Notes?$top=3")]
    [InlineData("Notes?$apply=groupby((Body))")]
    [InlineData("Things?$select=Id")]
    [InlineData("Things(1)/Children")]
    public async Task Where_more_could_change_than_is_followed_the_preference_is_not_applied(string target)
    {
        var reply = await new Desk(database).Get(target, Track);
        Assert.Equal(200, reply.Status);
        Assert.False(reply.Json.TryGetProperty("@odata.deltaLink", out _));
        Assert.DoesNotContain("Preference-Applied", reply.Headers.Keys);
    }

    [Theory]
    [InlineData("Notes")]
    [InlineData("Notes?$filter=contains(Body,'a') and ThingId ne 3&$select=Id")]
    [InlineData("Notes?$compute=length(Body) as Long&$filter=Long gt 2&$count=true")]
    public async Task Where_only_the_rows_themselves_count_it_is(string target)
    {
        var reply = await new Desk(database).Get(target, Track);
        Assert.Equal(200, reply.Status);
        Assert.True(reply.Json.TryGetProperty("@odata.deltaLink", out _));
        Assert.Equal("track-changes", reply.Headers["Preference-Applied"]);
    }

    [Fact]
    public async Task An_expansion_written_into_a_link_of_changes_is_refused()
    {
        var desk = new Desk(database);
        string link = DeltaLink(await desk.Get("Notes?$select=Id", Track));
        Assert.Equal(200, (await desk.Get(link)).Status);
        foreach (string more in new[] { "$expand=Thing", "$filter=Body eq 'a'", "$apply=groupby((Body))" })
            Assert.Equal(
                400,
                (await desk.Get(link.Replace("?", $"?{more}&", StringComparison.Ordinal))).Status
            );
    }

    /// <summary>Rows written, changed and deleted at random: who follows has at each moment what who reads anew has.</summary>
    [Fact]
    public async Task Who_follows_the_links_has_what_who_reads_anew_has()
    {
        var random = new Random(Differential.Drawing.Seed);
        var desk = new Desk(database);
        string mark = random.Next(100_000, 999_999).ToString(CultureInfo.InvariantCulture);
        // In pages of two, while others write.
        string query = $"Notes?$filter=startswith(Body,'{mark}') and ThingId gt 5&$select=Id,Body,ThingId";
        string[] headers = ["Prefer: odata.track-changes, odata.maxpagesize=2"];
        var held = new Dictionary<string, string>();
        string link = query;
        var ids = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid()).ToArray();
        for (int time = 0; time < 15; time++)
        {
            string? next = link;
            while (next is not null)
            {
                var reply = await desk.Get(next, headers);
                Assert.True(reply.Status == 200, reply.Text);
                foreach (var row in reply.Rows)
                    if (row.TryGetProperty("@removed", out _))
                        held.Remove(row.GetProperty("Id").GetString()!);
                    else
                        held[row.GetProperty("Id").GetString()!] = row.GetRawText();
                next = reply.Next;
                if (next is not null)
                    await Write(random, ids, mark);
                else
                    link = DeltaLink(reply);
            }
            // Nothing was written after the last page of this time began, or the next time tells it.
            if (time % 3 == 2)
            {
                Dictionary<string, string> present = [];
                for (string? page = query; page is not null; )
                {
                    var reply = await desk.Get(page);
                    foreach (var row in reply.Rows)
                        present[row.GetProperty("Id").GetString()!] = row.GetRawText();
                    page = reply.Next;
                }
                var last = await desk.Get(link);
                foreach (var row in last.Rows)
                    if (row.TryGetProperty("@removed", out _))
                        held.Remove(row.GetProperty("Id").GetString()!);
                    else
                        held[row.GetProperty("Id").GetString()!] = row.GetRawText();
                link = DeltaLink(last);
                Assert.Equal(present.OrderBy(pair => pair.Key), held.OrderBy(pair => pair.Key));
            }
            await Write(random, ids, mark);
            await Write(random, ids, mark);
        }
        Assert.NotEmpty(held);
    }

    private static string DeltaLink(Reply reply) => reply.Json.GetProperty("@odata.deltaLink").GetString()!;

    private async Task Write(Random random, Guid[] ids, string mark)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            random.Next(4) == 0
                ? "with gone as (delete from v_notes where id = $1 returning id) insert into note_log (id) select id from gone where $2 is not null and $3 is not null"
                : """
                    with written as (
                      insert into v_notes (id, body, thing_id) values ($1, $2, $3)
                      on conflict (id) do update set body = excluded.body, thing_id = excluded.thing_id returning id)
                    insert into note_log (id) select id from written
                    """;
        command.Parameters.Add(new() { Value = ids[random.Next(ids.Length)] });
        command.Parameters.Add(new() { Value = $"{(random.Next(5) == 0 ? "" : mark)}{random.Next(100)}" });
        command.Parameters.Add(new() { Value = random.Next(1, 20) });
        await command.ExecuteNonQueryAsync();
    }
}
