using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Web;

/// <summary>
/// Makes every POST happen once. The key's row is written in the same transaction as what it made, so a crash leaves both
/// or neither, and whoever repeats the key gets what it made, rendered anew for them: nothing private is stored twice.
/// </summary>
public sealed class Idempotency(ServiceDatabase database, Settings settings, TimeProvider time)
{
    private static readonly JsonSerializerOptions Given = new(Json.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly byte[] fingerprintKey = settings.Key("idempotency");

    /// <summary>
    /// What two bodies are compared by: the fields that were given. A field that the next version adds, and that was not
    /// given, must not make a post another one when it is sent again to the next version.
    /// </summary>
    public static byte[] Fields(object? domainFields) =>
        JsonSerializer.SerializeToUtf8Bytes(domainFields, Given);

    /// <summary>
    /// Does the work under the request's <c>Idempotency-Key</c>, or finds what it made before.
    /// </summary>
    /// <param name="scope">The account, or the signed-out session.</param>
    /// <param name="route">The route with its ids: the same key on another route is another key.</param>
    /// <param name="domainFields">The body's own fields, without tokens; null for a bodiless step.</param>
    /// <exception cref="Refusal">400 without a key, 422 for the same key with other fields, 409 while the first is still running.</exception>
    public async Task<Made> Once(
        HttpContext context,
        Guid scope,
        string route,
        object? domainFields,
        Func<NpgsqlConnection, Task<Made>> work,
        CancellationToken stop
    )
    {
        string key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length is 0 or > 200)
            throw new Refusal(400, "idempotencyKey")
            {
                Errors = [new FieldError("Idempotency-Key", "length", 1, 200)],
            };
        byte[] fingerprint = HMACSHA256.HashData(fingerprintKey, Fields(domainFields));

        var made = await database.Transaction(
            async connection =>
            {
                // Held to the end of the transaction; who comes second is told so at once instead of waiting.
                var (first, before) = await connection.ValueThenRow<bool, Before>(
                    """
                    select pg_try_advisory_xact_lock(hashtextextended(@scope::text || @route || @key, 0));
                    select fingerprint, made, made_id, status_code from idempotency where (scope, route, key) = (@scope, @route, @key)
                    """,
                    new
                    {
                        scope,
                        route,
                        key,
                    },
                    stop
                );
                if (!first)
                    throw new Refusal(409, "stillRunning") { RetryAfter = TimeSpan.FromSeconds(1) };
                if (before is not null)
                    return CryptographicOperations.FixedTimeEquals(before.Fingerprint, fingerprint)
                        ? new Made(before.Made, before.MadeId, before.StatusCode) { Replayed = true }
                        : throw new Refusal(422, "keyReused");

                var result = await work(connection);
                if (result.Refused is null)
                    await connection.Execute(
                        """
                        insert into idempotency (scope, route, key, fingerprint, made, made_id, status_code, created_at)
                        values (@scope, @route, @key, @fingerprint, @Kind, @Id, @StatusCode, @now)
                        """,
                        new
                        {
                            scope,
                            route,
                            key,
                            fingerprint,
                            result.Kind,
                            result.Id,
                            result.StatusCode,
                            now = time.GetUtcNow(),
                        },
                        stop
                    );
                return result;
            },
            stop
        );
        // A refusal that must leave a trace (a wrong code is counted) commits first and is thrown after.
        return made.Refused is null ? made : throw made.Refused;
    }

    private sealed class Before
    {
        public byte[] Fingerprint { get; init; } = [];
        public string Made { get; init; } = "";
        public Guid? MadeId { get; init; }
        public int StatusCode { get; init; }
    }
}

/// <summary>What a POST made: <paramref name="Kind"/> <c>household</c>, <c>offer</c>, <c>match</c>, <c>report</c> …, or <c>step</c>, whose rows are purged after 30 days.</summary>
public sealed record Made(string Kind, Guid? Id, int StatusCode)
{
    public bool Replayed { get; init; }

    /// <summary>Not done after all; what was written stays written, the key stays free.</summary>
    public Refusal? Refused { get; init; }

    public static Made Not(Refusal why) => new("step", null, why.Status) { Refused = why };
}
