using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>How many codes a number and an address may ask for; what the service spends on all is <see cref="CodeBudget"/>'s.</summary>
public sealed class CodeLimits(Settings settings)
{
    private static readonly Limit[] OfNumber =
    [
        new(3, TimeSpan.FromMinutes(15)),
        new(8, TimeSpan.FromDays(1)),
    ];

    // Whole families, and behind carriers' translators whole streets, share an address.
    private static readonly Limit[] OfAddress = [new(20, TimeSpan.FromHours(1))];

    /// <exception cref="Refusal">429 with the time until the next code can be asked for.</exception>
    public async Task Check(
        NpgsqlConnection connection,
        string phone,
        byte[] addressHash,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await Hold(connection, [phone], addressHash, stop);
        var values = new
        {
            phone,
            addressHash,
            now,
        };
        await Check(connection, OfNumber, "phone = @phone", values, now, stop);
        await Check(connection, OfAddress, "address_hash = @addressHash", values, now, stop);
    }

    /// <summary>
    /// Locks numbers and an address to the end of the transaction, so that two who ask at once are counted one after the other.
    /// Who asks for two codes takes both numbers first: numbers in one order, then the address, then the budget, everywhere.
    /// </summary>
    public static async Task Hold(
        NpgsqlConnection connection,
        IEnumerable<string> phones,
        byte[] addressHash,
        CancellationToken stop
    )
    {
        string[] numbers = [.. phones.Order(StringComparer.Ordinal)];
        await connection.Execute(
            "select pg_advisory_xact_lock(hashtextextended(what, kind)) from unnest(@whats, @kinds) as held (what, kind)",
            new
            {
                whats = (string[])[.. numbers, Convert.ToHexString(addressHash)],
                kinds = (long[])[.. numbers.Select(_ => 1L), 2L],
            },
            stop
        );
    }

    private async Task Check(
        NpgsqlConnection connection,
        Limit[] limits,
        string whose,
        object values,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        foreach (var limit in limits)
        {
            // The code that fills the limit: when it leaves the window there is room for one more.
            var parameters = new Dapper.DynamicParameters(values);
            parameters.Add("since", now - limit.Within);
            parameters.Add("before", (int)Math.Min(int.MaxValue, limit.Codes * settings.RateFactor) - 1);
            var full = await connection.Row<DateTimeOffset?>(
                $"select created_at from sign_in_attempt where {whose} and created_at > @since order by created_at desc offset @before limit 1",
                parameters,
                stop
            );
            if (full is { } at)
                throw Refusal.TooMany(at + limit.Within - now);
        }
    }

    private sealed record Limit(int Codes, TimeSpan Within);
}
