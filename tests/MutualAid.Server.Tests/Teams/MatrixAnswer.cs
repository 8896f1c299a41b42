using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Privacy;

namespace MutualAid.Server.Tests.Teams;

/// <summary>All of an answer that somebody at the desk's doors gets: its status, its headers, its words.</summary>
internal static partial class MatrixAnswer
{
    public static async Task<string> Of(Actor actor, bool keyed, bool form, Call call)
    {
        using var message = new HttpRequestMessage(call.Method, call.Path);
        message.Headers.Host = "ward.test";
        if (call.Header is { } header)
            message.Headers.TryAddWithoutValidation(header.Name, header.Value);
        if (call.Body is { } body)
            message.Content = form
                ? new FormUrlEncodedContent(
                    body.Split('&')
                        .Select(field => field.Split('='))
                        .Select(field => KeyValuePair.Create(field[0], field[1]))
                        .Append(new("__RequestVerificationToken", actor.FormToken))
                        .Append(new("key", $"{Guid.NewGuid()}"))
                )
                : new StringContent(
                    body,
                    Encoding.UTF8,
                    body.StartsWith('{') ? "application/json" : "text/plain"
                );
        var http =
            form ? actor.Forms
            : keyed ? actor.Keyed
            : actor.Http;
        using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        string headers = string.Join(
            '\n',
            answer
                .Headers.Concat(answer.Content.Headers)
                .Where(one => one.Key is not ("Date" or "Set-Cookie"))
                .Select(one => $"{one.Key}: {string.Join(',', one.Value)}")
                .Order(StringComparer.Ordinal)
        );
        return $"{(int)answer.StatusCode}\n{headers}\n\n{Drawn().Replace(await Body(answer, call), "")}";
    }

    private static async Task<string> Body(HttpResponseMessage answer, Call call)
    {
        if (call.Endless && answer.IsSuccessStatusCode)
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync() is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return line;
            return "";
        }
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        if (
            answer.Content.Headers.ContentType?.MediaType?.Contains("spreadsheet", StringComparison.Ordinal)
            != true
        )
            return Encoding.UTF8.GetString(bytes);
        using var book = new ZipArchive(new MemoryStream(bytes));
        return string.Concat(
            book.Entries.Select(entry =>
            {
                using var part = new StreamReader(entry.Open());
                return part.ReadToEnd();
            })
        );
    }

    // A page's forms have a token and a key that are others each time; it says for whom it keeps what is typed, and whoever has a
    // role has the way to their desk.
    [GeneratedRegex(
        "name=\"(__RequestVerificationToken|key)\" value=\"[^\"]*\"|data-reader=\"[0-9a-f]*\"|<a href=\"/team\">[^<]*</a>|&quot;key&quot;:&quot;[^&]*&quot;"
    )]
    private static partial Regex Drawn();

    // By their names, so that one place's answer can be held against another's.
    public static string Same(string answer, Spot spot) =>
        spot.Ids.Aggregate(
            answer,
            (told, one) => told.Replace($"{one.Id}", one.Name, StringComparison.OrdinalIgnoreCase)
        );

    public static string Short(string answer)
    {
        int body = answer.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        int main = Math.Max(body, answer.IndexOf("<main", StringComparison.Ordinal));
        return $"{answer[..3]} {answer[main..Math.Min(main + 400, answer.Length)]}";
    }

    // From a little before where they part.
    public static string Apart(string one, string other)
    {
        int at = Math.Max(0, one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count() - 60);
        string From(string answer) => answer[Math.Min(at, answer.Length)..Math.Min(at + 300, answer.Length)];
        return $"{one[..3]} and not {other[..3]}\n{From(one)}\n– and not –\n{From(other)}";
    }
}
