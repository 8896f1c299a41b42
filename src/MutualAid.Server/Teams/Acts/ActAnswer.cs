using System.Text.Json;
using System.Text.Json.Serialization;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>An act on a need as whoever did it is answered: <c>before</c> and <c>after</c> hold what it changed.</summary>
public sealed record ActAnswer(
    Guid Id,
    Guid RequestId,
    string Act,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? How,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    JsonElement Before,
    JsonElement After,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? BatchId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? UndoneBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Undoes
);

/// <summary>A row of <c>need_act</c>.</summary>
internal class ActRow
{
    internal const string Columns = """
        t.id, t.request_id, t.act, t.at, t.how, t.reason, t.before::text as before, t.after::text as after, t.batch_id, t.undone_by, t.undoes
        """;

    public Guid Id { get; init; }
    public Guid RequestId { get; init; }
    public string Act { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public string? How { get; init; }
    public string? Reason { get; init; }
    public string Before { get; init; } = "{}";
    public string After { get; init; } = "{}";
    public Guid? BatchId { get; init; }
    public Guid? UndoneBy { get; init; }
    public Guid? Undoes { get; init; }

    internal ActAnswer Answer() =>
        new(Id, RequestId, Act, At, How, Reason, Parsed(Before), Parsed(After), BatchId, UndoneBy, Undoes);

    internal static JsonElement Parsed(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    /// <summary>An act of one's own.</summary>
    /// <exception cref="Refusal">404: no such act of this account's.</exception>
    internal static async Task<ActRow> Own(
        NpgsqlConnection connection,
        Guid id,
        Guid account,
        CancellationToken stop
    ) =>
        await connection.Row<ActRow>(
            $"select {Columns} from need_act t where t.id = @id and t.account_id = @account",
            new { id, account },
            stop
        ) ?? throw Refusal.NotFound();
}
