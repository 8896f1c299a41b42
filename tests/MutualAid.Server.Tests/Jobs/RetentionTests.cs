using System.Net;
using System.Runtime.CompilerServices;

namespace MutualAid.Server.Tests.Jobs;

/// <summary>The rules that stand on the page are those that the purge follows.</summary>
public sealed class RetentionTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_purge_follows_the_table_and_the_page_says_it_in_both_languages()
    {
        await service.Look<int>("update retention_rule set keep_days = 11 where kind = 'needPrivate'");
        await service.GivenRequest(await service.NewPerson(), expiresIn: TimeSpan.FromDays(1));
        await service.Clock.Advance(TimeSpan.FromDays(1));
        await service.Sweep("expire-requests");
        await service.Clock.Advance(TimeSpan.FromDays(10));
        await service.Sweep("purge");
        Assert.Equal(1, await service.Look<int>("select count(*)::int from request_private"));
        await service.Clock.Advance(TimeSpan.FromDays(2));
        await service.Sweep("purge");
        Assert.Equal(0, await service.Look<int>("select count(*)::int from request_private"));

        foreach (var (language, days) in new[] { ("vi", "11 ngày"), ("en", "11 days") })
        {
            using var visitor = await Visitor.Of(service, null, language);
            var page = (await visitor.Get("/privacy/retention")).Is(HttpStatusCode.OK);
            Assert.Contains(days, page.Text, StringComparison.Ordinal);
            Assert.Equal(
                await service.Look<int>("select count(*)::int from retention_rule"),
                page.Html.QuerySelectorAll("main li.card").Length
            );
        }
    }

    [Fact]
    public async Task every_rule_is_followed_by_a_job_and_said_in_words()
    {
        await using var connection = await service.Open();
        var kinds = await Dapper.SqlMapper.QueryAsync<string>(connection, "select kind from retention_rule");
        string jobs = string.Concat(
            new[] { "Jobs/Purge.cs", "Changes/KeepChangeLog.cs" }.Select(file => Read(file))
        );
        foreach (string kind in kinds)
        {
            Assert.Matches($"Kept\\(\"{kind}\"\\)|kind = '{kind}'", jobs);
            foreach (string part in new[] { "what", "from", "why" })
                Assert.True(Server.Web.Texts.Has($"retention.{kind}.{part}"), $"{kind}.{part}");
        }
    }

    [Fact]
    public async Task used_recovery_codes_go_and_unused_ones_stay()
    {
        var person = await service.NewPerson();
        await service.Look<int>(
            """
            insert into recovery_code values (@Id, 'a', @now, null), (@Id, 'b', @now, @now)
            """,
            new { person.Id, now = service.Clock.GetUtcNow() }
        );
        await service.Clock.Advance(TimeSpan.FromDays(31));
        await service.Sweep("purge");
        Assert.Equal(
            "a",
            await service.Look<string>(
                "select string_agg(encode(code_hash, 'escape'), '') from recovery_code"
            )
        );
    }

    private static string Read(string file, [CallerFilePath] string here = "") =>
        File.ReadAllText(
            Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "MutualAid.Server", file)
        );
}
