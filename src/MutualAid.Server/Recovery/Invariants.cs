using System.Reflection;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>The arithmetic of needs, offers and matches, compared with the rows behind every number.</summary>
public static class Invariants
{
    private static readonly string Sql = Read();

    /// <summary>Every violation, as "rule · id · what was seen"; empty when all is well. One statement, so one snapshot.</summary>
    public static async Task<IReadOnlyList<string>> Violations(
        NpgsqlConnection connection,
        CancellationToken stop
    )
    {
        var rows = await connection.Rows<Violation>(Sql, null, stop);
        return [.. rows.Select(row => $"{row.Rule} · {row.Id} · {row.Seen}")];
    }

    private static string Read()
    {
        using var reader = new StreamReader(
            Assembly
                .GetExecutingAssembly()
                .GetManifestResourceStream("MutualAid.Server.Recovery.Invariants.sql")!
        );
        return reader.ReadToEnd();
    }

    private sealed class Violation
    {
        public string Rule { get; init; } = "";
        public Guid Id { get; init; }
        public string Seen { get; init; } = "";
    }
}
