using CsvHelper;

namespace MutualAid.Server.Tests.Interop.Exports;

/// <summary>Reads what was exported by another reader than the one who wrote it.</summary>
internal static class Tables
{
    /// <summary>The rows below the first, by its names.</summary>
    public static List<Dictionary<string, string>> Csv(string text)
    {
        using var csv = CsvReader.Create(new StringReader(text.TrimStart('\ufeff')));
        var rows = new List<Dictionary<string, string>>();
        csv.ReadHeader();
        while (csv.Read())
            rows.Add(
                csv.Headers!.Select((name, at) => (name, csv.GetString(at)))
                    .ToDictionary(cell => cell.name, cell => cell.Item2)
            );
        return rows;
    }

    /// <summary>What an export with private columns answers.</summary>
    public static async Task<List<Dictionary<string, string>>> Taken(
        this Person team,
        Guid area,
        string reason = "gọi hỏi thăm từng nhà"
    )
    {
        using var answer = await team.Post($"/api/areas/{area}/requests.csv", new { reason });
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return Csv(text);
    }
}
