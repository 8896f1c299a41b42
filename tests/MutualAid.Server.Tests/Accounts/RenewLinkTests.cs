using System.Net;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Tests.Accounts;

public sealed class RenewLinkTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task only_the_button_renews_and_what_has_ended_stays_ended()
    {
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner, expiresIn: TimeSpan.FromHours(1));
        string path = await Link(request);
        var before = await Expires(request);

        await service.Clock.Advance(TimeSpan.FromMinutes(30));
        var page = await service.Anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal(before, await Expires(request));

        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.PostAsync(path, null)).StatusCode);
        Assert.True(await Expires(request) > before + TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.PostAsync(path, null)).StatusCode);

        await using (var connection = await service.Open())
            await Dapper.SqlMapper.ExecuteAsync(
                connection,
                "select request_end(@now, array[@request], 'withdrawn', null)",
                new { now = service.Clock.GetUtcNow(), request }
            );
        Assert.Equal(HttpStatusCode.Conflict, (await service.Anonymous.PostAsync(path, null)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Anonymous.PostAsync("/n/unknown", null)).StatusCode
        );
    }

    private async Task<string> Link(Guid request)
    {
        await using var connection = await service.Open();
        string url = await service
            .App.Services.GetRequiredService<RenewLinks>()
            .New(
                connection,
                request,
                Places.Province,
                service.Clock.GetUtcNow() + TimeSpan.FromDays(8),
                CancellationToken.None
            );
        return url[service.Settings.PublicUrl.Length..];
    }

    private Task<DateTime> Expires(Guid request) =>
        service.Look<DateTime>("select expires_at from request where id = @request", new { request });
}
