using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MutualAid.OData.PostGis.Answer;
using MutualAid.OData.PostGis.Query;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>An entity, or one property of it.</summary>
internal sealed class OneRow(Resource resource, ODataRequest request, RequestUri uri, Negotiation agreed)
{
    public async Task<ODataAnswer> Answer(
        NpgsqlConnection connection,
        Compiler compiler,
        PathReader path,
        CancellationToken stop
    )
    {
        var target = path.Target;
        if (target.Property is null)
            uri.Allow("one entity", "$select", "$expand", "$compute");
        else
            uri.Allow("one property");
        var statement = compiler.Row(path, target.Property is null ? uri.Query() : new QueryOptions());
        await using var command = resource.Command(connection, statement);
        await using var row = await command.ExecuteReaderAsync(stop);
        if (!await row.ReadAsync(stop))
            return target.Optional
                ? Nothing()
                : throw ODataFailure.NotFound($"{target.View.Type} at this address");
        var writer = new RowWriter(statement.Outputs, agreed.Form);
        if (target.Property is not null && row.IsDBNull(0))
            return target.Raw ? throw ODataFailure.NotFound("value here: it is null") : Nothing();
        return target.Raw ? Raw(writer, row, statement.Outputs[0]) : Whole(writer, row, target, statement);
    }

    private ODataAnswer Whole(RowWriter writer, NpgsqlDataReader row, Target target, Statement statement)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = JsonAnswer.Writer(buffer))
        {
            json.WriteStartObject();
            if (agreed.Form.Metadata != MetadataLevel.None)
                json.WriteString(
                    "@odata.context",
                    target.Property is null
                        ? resource.ContextOf(target.View, Context.Selected(uri), one: true)
                        : $"{request.Root}$metadata#{request.Path}"
                );
            if (target.Property is null)
                writer.Members(json, row);
            else
            {
                json.WritePropertyName("value");
                writer.Value(json, row, 0, statement.Outputs[0]);
            }
            json.WriteEndObject();
        }
        string tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan).AsSpan(0, 12))}\"";
        bool held =
            request
                .Header("If-None-Match")
                ?.Split(',', StringSplitOptions.TrimEntries)
                .Any(item => item == "*" || item == tag || $"W/{item}" == tag)
            ?? false;
        var answer = held ? new ODataAnswer(304) : ODataService.Json(agreed, buffer.WrittenMemory);
        answer.Headers["ETag"] = tag;
        return answer;
    }

    private ODataAnswer Raw(RowWriter writer, NpgsqlDataReader row, Output output)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = JsonAnswer.Writer(buffer))
            writer.Value(json, row, 0, output);
        // The text itself, without JSON's quotes.
        var element = JsonDocument.Parse(buffer.WrittenMemory).RootElement;
        var answer = new ODataAnswer(200)
        {
            Body = Encoding.UTF8.GetBytes(
                element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText()
            ),
        };
        answer.Headers["Content-Type"] = "text/plain;charset=utf-8";
        answer.Headers["OData-Version"] = agreed.Version;
        return answer;
    }

    private ODataAnswer Nothing()
    {
        var answer = new ODataAnswer(204);
        answer.Headers["OData-Version"] = agreed.Version;
        return answer;
    }
}
