using System.Text;
using System.Text.Json;
using MutualAid.Seed;
using MutualAid.Server.Web;

namespace MutualAid.Server.Messages;

/// <summary>One message on its way out. <paramref name="Id"/> stays the same at every try.</summary>
public sealed record Message(Guid Id, string To, string Channel, string Text);

/// <summary>Hands a message over. It throws when the message was not taken: then it is tried again.</summary>
public delegate Task Sender(Message message, CancellationToken stop);

/// <summary>The senders that <c>MUTUALAID_MESSAGES</c> can name.</summary>
public static class Senders
{
    /// <exception cref="SettingsException">The setting names none of them.</exception>
    public static Sender Of(Settings settings, IHttpClientFactory clients, ILoggerFactory logs)
    {
        if (settings.Messages == "log")
            return ToLog(logs.CreateLogger("MutualAid.Messages"));
        if (settings.Messages.StartsWith("file:", StringComparison.Ordinal))
            return ToFile(settings.Messages["file:".Length..]);
        if (
            Uri.TryCreate(settings.Messages, UriKind.Absolute, out var gateway)
            && (gateway.Scheme == Uri.UriSchemeHttps || (gateway.IsLoopback && gateway.Scheme == "http"))
        )
            return ToGateway(gateway, clients);
        throw new SettingsException(
            $"MUTUALAID_MESSAGES: '{settings.Messages}' is neither log, file:PATH nor a gateway's https:// address."
        );
    }

    // For development and the private demo only: the settings see to that, because it prints codes.
    private static Sender ToLog(ILogger log) =>
        (message, _) =>
        {
            // The made-up people of a seeded city have nobody to read for them, and would drown everybody else.
            if (!People.AreMadeUp(message.To))
                log.LogInformation("message to {To}: {Text}", message.To, message.Text);
            return Task.CompletedTask;
        };

    private static Sender ToFile(string path)
    {
        var turn = new SemaphoreSlim(1, 1);
        return async (message, stop) =>
        {
            byte[] line = Encoding.UTF8.GetBytes(Body(message) + "\n");
            await turn.WaitAsync(stop);
            try
            {
                await using var file = await OpenAlone(path, stop);
                await file.WriteAsync(line, stop);
            }
            finally
            {
                turn.Release();
            }
        };
    }

    // Another server may be writing its own line: whoever has the file open, has it alone. No buffer, so one write a line.
    private static async Task<FileStream> OpenAlone(string path, CancellationToken stop)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        // It holds codes: nobody else's to read.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException e)
                when (attempt < 50 && e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                await Task.Delay(5, stop);
            }
        }
    }

    private static Sender ToGateway(Uri gateway, IHttpClientFactory clients) =>
        async (message, stop) =>
        {
            using var client = clients.CreateClient(nameof(Senders));
            using var request = new HttpRequestMessage(HttpMethod.Post, gateway)
            {
                Content = new StringContent(Body(message), Encoding.UTF8, "application/json"),
            };
            // The gateway may have taken it although its answer was lost: the same id tells it so.
            request.Headers.Add("Idempotency-Key", message.Id.ToString());
            using var answer = await client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                stop
            );
            answer.EnsureSuccessStatusCode();
        };

    private static string Body(Message message) =>
        JsonSerializer.Serialize(
            new
            {
                to = message.To,
                channel = message.Channel,
                text = message.Text,
            },
            Json.Options
        );
}
