using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.OData;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary><c>$batch</c>, as multipart and as JSON: reading only, one after another, each answered as if it came alone.</summary>
internal sealed class Batch(
    ODataLimits limits,
    Func<ODataRequest, CancellationToken, Task<ODataAnswer>> answer
)
{
    public async Task<ODataAnswer> Answer(ODataRequest request, CancellationToken stop)
    {
        string type = request.Header("Content-Type") ?? "";
        string kind = type.Split(';')[0].Trim().ToLowerInvariant();
        if (kind is not ("multipart/mixed" or "application/json"))
            throw new ODataFailure(415, "mediaType", "A batch is multipart/mixed or application/json.");
        var incoming = new BatchMessage(request, type);
        string version = request.Header("OData-MaxVersion")?.Trim() == "4.0" ? "4.0" : "4.01";
        try
        {
            if (kind == "application/json")
            {
                var outgoing = new BatchMessage(kind);
                outgoing.SetHeader("OData-Version", version);
                await RunJson(request, incoming, outgoing, stop);
                return Whole(outgoing.GetHeader("Content-Type") ?? kind, outgoing.Written, version);
            }
            var parts = new MultipartAnswer($"batch_{Guid.NewGuid():N}");
            await Run(
                request,
                incoming,
                (id, said) =>
                {
                    parts.Add(id, said);
                    return Task.CompletedTask;
                },
                stop
            );
            return Whole(parts.ContentType, parts.End(), version);
        }
        catch (Exception e) when (Cause(e) is ODataException cause)
        {
            throw ODataFailure.Malformed(cause.Message);
        }
        catch (Exception e)
            when (Cause(e)
                    is ArgumentException
                        or FormatException
                        or InvalidOperationException
                        or IOException
                        or NullReferenceException
                        or InvalidCastException
                        or KeyNotFoundException
            )
        {
            throw ODataFailure.Malformed("The batch cannot be read.");
        }
    }

    private static ODataAnswer Whole(string type, ReadOnlyMemory<byte> body, string version)
    {
        var whole = new ODataAnswer(200) { Body = body };
        whole.Headers["Content-Type"] = type;
        whole.Headers["OData-Version"] = version;
        return whole;
    }

    // Microsoft's reader waits for tasks of its own, whose exceptions come wrapped.
    private static Exception Cause(Exception e) => e is AggregateException ? e.GetBaseException() : e;

    private async Task RunJson(
        ODataRequest request,
        BatchMessage incoming,
        BatchMessage outgoing,
        CancellationToken stop
    )
    {
        using var writer = new ODataMessageWriter(
            (IODataResponseMessage)outgoing,
            new ODataMessageWriterSettings { EnableMessageStreamDisposal = false }
        );
        var answers = await writer.CreateODataBatchWriterAsync();
        await answers.WriteStartBatchAsync();
        await Run(
            request,
            incoming,
            async (id, said) =>
            {
                var message = await answers.CreateOperationResponseMessageAsync(id);
                message.StatusCode = said.Status;
                foreach (var (name, value) in said.Headers)
                    message.SetHeader(name, value);
                await using var body = await message.GetStreamAsync();
                await body.WriteAsync(InJson(said), stop);
            },
            stop
        );
        await answers.WriteEndBatchAsync();
    }

    // What is no JSON stands there as a string: text as it is, the rest in base64url (JSON Format 4.01, 19.5). Microsoft's writer
    // would put it there bare.
    private static ReadOnlyMemory<byte> InJson(ODataAnswer said)
    {
        string type = said.Headers.GetValueOrDefault("Content-Type") ?? "";
        return said.Body.Length == 0 || type.StartsWith("application/json", StringComparison.Ordinal)
            ? said.Body
            : JsonSerializer.SerializeToUtf8Bytes(
                type.StartsWith("text/", StringComparison.Ordinal)
                    ? Encoding.UTF8.GetString(said.Body.Span)
                    : Base64Url.EncodeToString(said.Body.Span)
            );
    }

    private async Task Run(
        ODataRequest request,
        BatchMessage incoming,
        Func<string?, ODataAnswer, Task> add,
        CancellationToken stop
    )
    {
        var reading = new ODataMessageReaderSettings { BaseUri = request.Root };
        reading.MessageQuotas.MaxPartsPerBatch = limits.BatchRequests;
        using var reader = new ODataMessageReader((IODataRequestMessage)incoming, reading);
        var parts = await reader.CreateODataBatchReaderAsync();
        while (await parts.ReadAsync())
        {
            if (parts.State == ODataBatchReaderState.ChangesetStart)
                throw ODataFailure.NotImplemented("A change set (this service is read, not written)");
            if (parts.State != ODataBatchReaderState.Operation)
                continue;
            var part = await parts.CreateOperationRequestMessageAsync();
            await add(part.ContentId, await answer(await Part(request, part), stop));
        }
    }

    private static async Task<ODataRequest> Part(ODataRequest whole, ODataBatchOperationRequestMessage part)
    {
        string url = part.Url.IsAbsoluteUri
            ? part.Url.AbsoluteUri
            : new Uri(whole.Root, part.Url).AbsoluteUri;
        if (!url.StartsWith(whole.Root.AbsoluteUri, StringComparison.Ordinal))
            throw ODataFailure.Malformed("A request in a batch leads outside this service.");
        string[] halves = url[whole.Root.AbsoluteUri.Length..].Split('?', 2);
        if (halves[0] == "$batch")
            throw ODataFailure.NotImplemented("A batch in a batch");
        var headers = part.Headers.ToDictionary(
            pair => pair.Key,
            pair => pair.Value,
            StringComparer.OrdinalIgnoreCase
        );
        using var body = new MemoryStream();
        if (part.Method is not ("GET" or "HEAD" or "DELETE"))
        {
            await using var sent = await part.GetStreamAsync();
            await sent.CopyToAsync(body);
        }
        return new ODataRequest(
            part.Method,
            whole.Root,
            halves[0],
            halves.Length == 2 ? halves[1].Split('#')[0] : "",
            // Versions that the batch says hold for its parts.
            name =>
                headers.GetValueOrDefault(name)
                ?? (
                    name.StartsWith("OData-", StringComparison.OrdinalIgnoreCase) ? whole.Header(name) : null
                ),
            body.ToArray()
        );
    }
}
