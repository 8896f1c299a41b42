using System.Text.Json;

namespace MutualAid.Server.Tests.Messages;

/// <summary>Reads what the service has sent to the test's file.</summary>
public static class SentMessages
{
    /// <summary>All messages to this number so far, oldest first.</summary>
    public static IReadOnlyList<string> SentTo(this ServiceFixture service, string phone)
    {
        if (!File.Exists(service.MessagesFile))
            return [];
        using var file = Open(service.MessagesFile);
        using var reader = new StreamReader(file);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("to").GetString() == phone)
                .Select(line => line.GetProperty("text").GetString()!),
        ];
    }

    // The writer has the file alone for the moment of a line.
    private static FileStream Open(string path)
    {
        for (int attempt = 1; ; attempt++)
            try
            {
                return new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(5);
            }
    }

    /// <summary>The message after the first <paramref name="known"/> to this number; waits for the loop that sends it.</summary>
    public static Task<string> NextTo(this ServiceFixture service, string phone, int known = 0) =>
        Awaited(() => service.SentTo(phone).ElementAtOrDefault(known), $"number {known + 1} to {phone}");

    /// <summary>The first message to this number that fits, after the first <paramref name="known"/>; waits for the loop that sends it.</summary>
    public static Task<string> NextTo(
        this ServiceFixture service,
        string phone,
        Func<string, bool> fits,
        int known = 0
    ) =>
        Awaited(
            () => service.SentTo(phone).Skip(known).FirstOrDefault(fits),
            $"of the awaited kind to {phone}"
        );

    private static async Task<string> Awaited(Func<string?> look, string which)
    {
        for (int turn = 0; turn < 2400; turn++)
        {
            if (look() is { } sent)
                return sent;
            await Task.Delay(25);
        }
        throw new InvalidOperationException($"no message {which} within a minute");
    }
}
