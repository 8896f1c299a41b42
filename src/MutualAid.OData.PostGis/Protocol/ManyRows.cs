using System.Buffers;
using System.Data;
using System.Text.Json;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Query;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>A page of a collection, with the link to the next, the count, and the link to what will have changed.</summary>
internal sealed class ManyRows(
    Resource resource,
    ODataRequest request,
    RequestUri uri,
    Negotiation agreed,
    ODataLimits limits,
    ITokenSeal seal,
    ODataReader reader,
    DateTimeOffset now
)
{
    public async Task<ODataAnswer> Answer(
        NpgsqlConnection connection,
        Compiler compiler,
        PathReader path,
        CancellationToken stop
    )
    {
        var options = uri.Query();
        var view = path.Target.View;
        int size = Math.Min(agreed.MaxPageSize ?? limits.PageSize, limits.MostPageSize);
        if (uri.Option("$deltatoken") is { } since)
            return await new Delta(resource, request, uri, agreed, size, seal, reader, now).Answer(
                connection,
                since,
                stop
            );
        var token = uri.Option("$skiptoken") is { } said ? resource.Pages.Read(said) : null;
        var paging = Paging.Of(token, options, size, limits);
        var statement = compiler.Rows(path, options, paging);
        bool track = token is null
            ? agreed.TrackChanges && compiler.OwnFactsAlone && Delta.Possible(view, options, path)
            : token.Tracked is not null;
        // The count and the rows are of one moment, and so is the beginning of what is tracked.
        await using var moment =
            options.Count || (track && token is null)
                ? await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop)
                : null;
        string? tracked =
            token?.Tracked is { } before ? Delta.Opened(before, seal)
            : track ? await Delta.Snapshot(connection, stop)
            : null;
        long? count = options.Count ? await Counted(connection, options, stop) : null;
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = JsonAnswer.Writer(buffer))
        {
            json.WriteStartObject();
            bool told = agreed.Form.Metadata != MetadataLevel.None;
            if (told)
                json.WriteString(
                    "@odata.context",
                    resource.ContextOf(view, ContextSelected(options, statement), one: false)
                );
            if (count is not null)
                json.WriteNumber("@odata.count", count.Value);
            json.WriteStartArray("value");
            var next = await Rows(connection, statement, paging, json, stop);
            json.WriteEndArray();
            if (next is not null)
                json.WriteString(
                    "@odata.nextLink",
                    uri.LinkWith(
                        "$skiptoken",
                        resource.Pages.Write(
                            next with
                            {
                                Tracked = tracked is null ? null : seal.Seal(tracked),
                            }
                        )
                    )
                );
            else if (tracked is not null)
                json.WriteString(
                    "@odata.deltaLink",
                    uri.LinkWith(
                        "$deltatoken",
                        new DeltaToken(tracked, now, DeltaToken.Hash(uri.Identity), reader.Name).Write(seal)
                    )
                );
            json.WriteEndObject();
        }
        var answer = ODataService.Json(agreed, buffer.WrittenMemory);
        Prefer(answer, track && token is null);
        return answer;
    }

    private void Prefer(ODataAnswer answer, bool track)
    {
        var applied = new List<string>();
        string prefix = agreed.Form.Version401 ? "" : "odata.";
        if (agreed.MaxPageSize is not null)
            applied.Add($"{prefix}maxpagesize={Math.Min(agreed.MaxPageSize.Value, limits.MostPageSize)}");
        if (track)
            applied.Add($"{prefix}track-changes");
        if (applied.Count > 0)
            answer.Headers["Preference-Applied"] = string.Join(", ", applied);
    }

    private string ContextSelected(QueryOptions options, Statement statement) =>
        options.Apply is null
            ? Context.Selected(uri)
            : $"({string.Join(',', statement.Outputs.Select(output => output.Path[0]).Distinct())})";

    private async Task<long> Counted(
        NpgsqlConnection connection,
        QueryOptions options,
        CancellationToken stop
    )
    {
        var (compiler, path) = resource.Path();
        return await resource.Number(connection, compiler.Count(path, options), stop);
    }

    // The position after the page, when there is more.
    private async Task<SkipToken?> Rows(
        NpgsqlConnection connection,
        Statement statement,
        Paging paging,
        Utf8JsonWriter json,
        CancellationToken stop
    )
    {
        var writer = new RowWriter(statement.Outputs, agreed.Form);
        var tags = EntityTags.Of(resource, request, agreed, statement);
        await using var command = resource.Command(connection, statement);
        await using var row = await command.ExecuteReaderAsync(stop);
        string?[] position = [];
        for (int shown = 0; await row.ReadAsync(stop); shown++)
        {
            if (shown == paging.Size && !paging.IsLast)
                return new SkipToken(position, paging.Left - paging.Size, null);
            json.WriteStartObject();
            tags?.Write(json, row);
            writer.Members(json, row);
            json.WriteEndObject();
            if (shown == paging.Size - 1)
                position = Position(row, statement);
        }
        return null;
    }

    private static string?[] Position(NpgsqlDataReader row, Statement statement) =>
        [
            .. statement.Position.Select(at =>
                row.IsDBNull(at) ? null
                : row.GetFieldType(at) == typeof(Guid) ? row.GetGuid(at).ToString()
                : row.GetString(at)
            ),
        ];
}
