namespace MutualAid.Server.Messages;

/// <summary>The outbox, its loop and the sender.</summary>
public static class MessagesFeature
{
    private static readonly TimeSpan GatewayAnswers = TimeSpan.FromSeconds(10);

    public static void AddMessages(this IServiceCollection services)
    {
        services
            .AddHttpClient(nameof(Senders), client => client.Timeout = GatewayAnswers)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
            )
            // Its loggers write the gateway's address, which may carry a key.
            .RemoveAllLoggers();
        services.AddSingleton<Outbox>();
        services.AddSingleton<Sender>(provider =>
            Senders.Of(
                provider.GetRequiredService<Settings>(),
                provider.GetRequiredService<IHttpClientFactory>(),
                provider.GetRequiredService<ILoggerFactory>()
            )
        );
        services.AddHostedService<Delivery>();
    }
}
