using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MutualAid.Server.Messages;

namespace MutualAid.Server.Tests.Messages;

/// <summary>A gateway on a loopback port that answers as it is told.</summary>
public sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private Gateway(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Id, string Body)> Received { get; } = [];
    public Func<int, int> Answer { get; set; } = _ => 200;
    public Uri Address =>
        new(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );

    public static async Task<Gateway> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new Gateway(app);
        app.MapPost(
            "/send",
            async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                gateway.Received.Enqueue(
                    (context.Request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync())
                );
                return Results.StatusCode(gateway.Answer(gateway.Received.Count));
            }
        );
        await app.StartAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

public sealed class GatewayFixture(Cluster cluster) : ServiceFixture(cluster)
{
    public Gateway Gateway { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Gateway = await Gateway.Start();
        await base.InitializeAsync();
    }

    protected override Settings Configure(Settings settings) =>
        settings with
        {
            Messages = $"{Gateway.Address}send",
        };
}

public sealed class OutboxTests(GatewayFixture service) : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    // What another test has left waiting would be tried again when this one moves the clock.
    public async ValueTask InitializeAsync()
    {
        await using var connection = await service.Open();
        await connection.ExecuteAsync("delete from outbox");
        service.Gateway.Received.Clear();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task a_gateway_that_fails_first_gets_the_message_again_under_the_same_id_and_then_nothing_is_kept()
    {
        service.Gateway.Received.Clear();
        service.Gateway.Answer = tries => tries < 3 ? 503 : 202;
        await Add("other", "+84901112223", "Xin chào, đây là tin nhắn");

        await Until(() => service.Gateway.Received.Count == 1);
        await WaitingAgain(1);
        await service.Clock.Advance(TimeSpan.FromSeconds(3)); // the first pause: 2 to 3 s
        await Until(() => service.Gateway.Received.Count == 2);
        await WaitingAgain(2);
        await service.Clock.Advance(TimeSpan.FromSeconds(6));
        await Until(() => service.Gateway.Received.Count == 3);

        Assert.Single(service.Gateway.Received.Select(sent => sent.Id).Distinct());
        var body = JsonDocument.Parse(service.Gateway.Received.Last().Body).RootElement;
        Assert.Equal("+84901112223", body.GetProperty("to").GetString());
        Assert.Equal("sms", body.GetProperty("channel").GetString());
        Assert.Equal("Xin chào, đây là tin nhắn", body.GetProperty("text").GetString());
        await UntilRows("handed_off_at is not null and recipient is null and body is null", 1);
    }

    [Fact]
    public async Task a_code_is_given_up_when_it_is_worth_nothing_any_more()
    {
        service.Gateway.Answer = _ => 500;
        await Add(Outbox.Code, "+84901112224", "123456");
        await UntilRows("kind = 'code' and attempts >= 1", 1);
        await service.Clock.Advance(TimeSpan.FromMinutes(11));
        await UntilRows("kind = 'code' and failed_at is not null and recipient is null and body is null", 1);
    }

    [Fact]
    public async Task what_waits_cannot_be_read_in_the_database()
    {
        service.Gateway.Answer = _ => 500;
        await Add("secret", "+84901112225", "the words");
        await using var connection = await service.Open();
        string row = (
            await connection.ExecuteScalarAsync<string>(
                "select encode(recipient, 'escape') || encode(body, 'escape') from outbox where kind = 'secret'"
            )
        )!;
        Assert.DoesNotContain("901112225", row, StringComparison.Ordinal);
        Assert.DoesNotContain("words", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_message_of_a_transaction_that_is_rolled_back_is_never_sent()
    {
        service.Gateway.Answer = _ => 200;
        await using (var connection = await service.Open())
        await using (await connection.BeginTransactionAsync())
            await service
                .App.Services.GetRequiredService<Outbox>()
                .Add(
                    connection,
                    "undone",
                    "+84901112226",
                    "never",
                    null,
                    service.Clock.GetUtcNow(),
                    CancellationToken.None
                );
        await Add("done", "+84901112227", "sent");
        await UntilRows("kind = 'done' and handed_off_at is not null", 1);
        Assert.DoesNotContain(
            service.Gateway.Received,
            sent => sent.Body.Contains("never", StringComparison.Ordinal)
        );
    }

    private async Task Add(string kind, string to, string text)
    {
        await using var connection = await service.Open();
        await service
            .App.Services.GetRequiredService<Outbox>()
            .Add(connection, kind, to, text, null, service.Clock.GetUtcNow(), CancellationToken.None);
    }

    private Task WaitingAgain(int attempts) =>
        UntilRows(
            $"attempts = {attempts} and handed_off_at is null and send_after < '{service.Clock.GetUtcNow().AddSeconds(30):o}'",
            1
        );

    private Task UntilRows(string condition, int count) =>
        Until(async () => await service.Look<int>($"select count(*) from outbox where {condition}") >= count);

    private static Task Until(Func<bool> holds) => Until(() => Task.FromResult(holds()));

    private static Task Until(Func<Task<bool>> holds) =>
        Patience.Until(holds, "what the relay does by itself");
}
