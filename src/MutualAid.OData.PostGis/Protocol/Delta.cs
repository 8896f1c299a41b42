using System.Buffers;
using System.Data;
using System.Text.Json;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>
/// What has changed since a snapshot: rows as they are now, and those that are gone from the answer. Which of them the
/// reader had is not known, so that some may be told as gone that never were there.
/// </summary>
internal sealed class Delta(
    Resource resource,
    ODataRequest request,
    RequestUri uri,
    Negotiation agreed,
    int size,
    ITokenSeal seal,
    ODataReader reader,
    DateTimeOffset now
)
{
    /// <summary>
    /// Whether changes of this query can be followed; otherwise the preference is not applied. The log tells of rows of this set
    /// alone: what else a query looks at may change unseen.
    /// </summary>
    public static bool Possible(EntityView view, QueryOptions options, PathReader path) =>
        view.Changes is not null
        && path.Where.Count == 0
        && options is { Apply: null, OrderBy: null, Top: null, Skip: null, Search: null };

    public static async Task<string> Snapshot(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_current_snapshot()::text";
        return (string)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>The snapshot that a page's token carries on.</summary>
    /// <exception cref="ODataFailure">400: it was not sealed here.</exception>
    public static string Opened(string? sealedSnapshot, ITokenSeal seal) =>
        sealedSnapshot is not null && seal.Open(sealedSnapshot) is { } opened && DeltaToken.IsSnapshot(opened)
            ? opened
            : throw SkipToken.Wrong();

    public async Task<ODataAnswer> Answer(NpgsqlConnection connection, string said, CancellationToken stop)
    {
        var (compiler, path) = resource.Path();
        if (path.Target.View.Changes is null)
            throw ODataFailure.NotImplemented($"Changes of {path.Target.View.Set}");
        var token = DeltaToken.Read(said, seal, uri.Identity, reader.Name, now);
        var next = uri.Option("$skiptoken") is { } page ? resource.Pages.Read(page) : null;
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        string present = await Snapshot(connection, stop);
        // A database that was restored to before the token knows nothing of what came after.
        if (Newest(token.Snapshot) > Newest(present))
            throw DeltaToken.Gone();
        // Pages are read one after another: what changes meanwhile belongs to the next time, so that counts from the first.
        string until = next is null ? present : Opened(next.Tracked, seal);
        var statement = compiler.Changed(
            path,
            uri.Query(),
            token.Snapshot,
            next is null ? null
                : next.Position is [{ } before] ? before
                : throw SkipToken.Wrong(),
            size
        );
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = JsonAnswer.Writer(buffer))
        {
            json.WriteStartObject();
            if (agreed.Form.Metadata != MetadataLevel.None)
                json.WriteString(
                    "@odata.context",
                    resource.ContextOf(path.Target.View, Context.Selected(uri) + "/$delta", one: false)
                );
            json.WriteStartArray("value");
            string? last = await Rows(connection, statement, path.Target.View, json, stop);
            json.WriteEndArray();
            if (last is not null)
                json.WriteString(
                    "@odata.nextLink",
                    uri.LinkWith(
                        "$deltatoken",
                        $"{Uri.EscapeDataString(said)}&$skiptoken={resource.Pages.Write(new SkipToken([last], null, seal.Seal(until)))}"
                    )
                );
            else
                json.WriteString(
                    "@odata.deltaLink",
                    uri.LinkWith(
                        "$deltatoken",
                        new DeltaToken(until, now, DeltaToken.Hash(uri.Identity), reader.Name).Write(seal)
                    )
                );
            json.WriteEndObject();
        }
        return ODataService.Json(agreed, buffer.WrittenMemory);
    }

    private async Task<string?> Rows(
        NpgsqlConnection connection,
        Statement statement,
        EntityView view,
        Utf8JsonWriter json,
        CancellationToken stop
    )
    {
        var writer = new RowWriter(statement.Outputs, agreed.Form);
        int here = statement.Outputs.Count;
        string? last = null;
        await using var command = resource.Command(connection, statement);
        await using var row = await command.ExecuteReaderAsync(stop);
        for (int shown = 0; await row.ReadAsync(stop); shown++)
        {
            if (shown == size)
                return last;
            last = row.GetString(here + 1);
            json.WriteStartObject();
            if (!row.IsDBNull(here))
                writer.Members(json, row);
            else
                Gone(json, view, last);
            json.WriteEndObject();
        }
        return null;
    }

    // Gone from what this reader sees; whether the thing itself is gone is nobody's to know.
    private void Gone(Utf8JsonWriter json, EntityView view, string key)
    {
        if (agreed.Form.Version401)
        {
            json.WriteStartObject("@removed");
            json.WriteString("reason", "changed");
            json.WriteEndObject();
            json.WriteString("@odata.id", $"{view.Set}({EntityTags.Literal(key, view.Key[0].Kind)})");
            json.WriteString(view.Key[0].Name, key);
            return;
        }
        json.WriteString("@odata.context", $"{request.Root}$metadata#{view.Set}/$deletedEntity");
        json.WriteString("id", $"{request.Root}{view.Set}({EntityTags.Literal(key, view.Key[0].Kind)})");
        json.WriteString("reason", "changed");
    }

    private static ulong Newest(string snapshot) =>
        ulong.Parse(snapshot.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
}
