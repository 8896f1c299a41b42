using System.Data;
using Npgsql;

namespace MutualAid.Server.Tests;

/// <summary>The arithmetic and the table of the product, as one statement (so: one snapshot) that returns a row for every violation.</summary>
public static class Invariants
{
    /// <summary>Every violation, as "rule · id · what was seen"; empty when all is well.</summary>
    /// <param name="inside">The caller's own transaction, to look at what is not committed.</param>
    public static async Task<IReadOnlyList<string>> Violations(
        NpgsqlConnection connection,
        NpgsqlTransaction? inside = null
    )
    {
        await using var own = inside is null
            ? await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead)
            : null;
        return await MutualAid.Server.Recovery.Invariants.Violations(connection, CancellationToken.None);
    }

    /// <summary>Fails with every violation that there is in the service's database.</summary>
    public static async Task InvariantsHold(this ServiceFixture service)
    {
        await using var connection = await service.Open();
        Assert.Empty(await Violations(connection));
    }
}
