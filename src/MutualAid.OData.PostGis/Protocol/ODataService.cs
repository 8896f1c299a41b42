using System.Text.Json;
using MutualAid.OData.PostGis.Model;
using MutualAid.OData.PostGis.Query;
using MutualAid.OData.PostGis.Sql;
using Npgsql;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>Who reads: what their rows are limited by, and whom tokens are bound to.</summary>
/// <param name="Name">Another one for each who reads other rows; empty: anybody.</param>
/// <param name="Values">For the placeholders in the views' sources, where each stands for an array of <c>uuid</c>.</param>
public sealed record ODataReader(string Name, IReadOnlyDictionary<string, IReadOnlyList<Guid>> Values)
{
    public static readonly ODataReader Anybody = new("", new Dictionary<string, IReadOnlyList<Guid>>());
}

/// <summary>Does the work with an open connection, perhaps again on another one: it has no effect but its result.</summary>
public delegate Task<ODataAnswer> ReadDatabase(
    Func<NpgsqlConnection, CancellationToken, Task<ODataAnswer>> work,
    CancellationToken stop
);

/// <summary>Answers requests of one model: the whole protocol, without HTTP around it.</summary>
/// <param name="ahead">What goes ahead of each statement on this connection, in the same message; null: nothing.</param>
public sealed class ODataService(
    ServiceModel model,
    ODataLimits limits,
    ITokenSeal seal,
    TimeProvider time,
    Func<NpgsqlConnection, string?>? ahead = null
)
{
    /// <summary>The answer, also to what cannot be answered. Throws only what is not the reader's doing.</summary>
    public async Task<ODataAnswer> Answer(
        ODataRequest request,
        ODataReader reader,
        ReadDatabase read,
        CancellationToken stop
    )
    {
        try
        {
            var answer = await Dispatch(request, reader, read, stop);
            answer.Headers.TryAdd("OData-Version", "4.01");
            return answer;
        }
        catch (ODataFailure failure)
        {
            return Failed(request, failure);
        }
        catch (PostgresException e) when (ErrorBody.Of(e) is { } failure)
        {
            return Failed(request, failure);
        }
    }

    /// <summary>The statement that a request for rows would run, first page, for whoever wants to see its plan.</summary>
    /// <exception cref="ODataFailure">What the reader would be told.</exception>
    public (string Sql, SqlParameters Parameters) Statement(ODataRequest request, ODataReader reader)
    {
        var uri = new RequestUri(request, model, limits);
        var agreed = Negotiation.Of(request, uri.Option("$format"), metadata: false);
        var statement = For(request, uri, agreed, reader).Statement();
        return (statement.Sql, statement.Parameters);
    }

    private static ODataAnswer Failed(ODataRequest request, ODataFailure failure)
    {
        var answer = ErrorBody.Of(failure);
        answer.Headers["OData-Version"] =
            request.Header("OData-MaxVersion")?.Trim() == "4.0" ? "4.0" : "4.01";
        if (failure.Status == 405)
            answer.Headers["Allow"] = "GET, HEAD";
        return answer;
    }

    private async Task<ODataAnswer> Dispatch(
        ODataRequest request,
        ODataReader reader,
        ReadDatabase read,
        CancellationToken stop
    )
    {
        if (request.Path is "$batch")
            return request.Method == "POST"
                ? await new Batch(limits, (part, ahead) => Answer(part, reader, read, ahead)).Answer(
                    request,
                    stop
                )
                : throw NotAllowed(request.Method);
        // A query too long for a URL comes in the body (Protocol 11.2.9 in 4.01).
        if (request.Path.EndsWith("/$query", StringComparison.Ordinal) && request.Method == "POST")
            request = request with
            {
                Method = "GET",
                Path = request.Path[..^"/$query".Length],
                Query = QueryInBody(request),
                Body = default,
            };
        if (request.Method is not ("GET" or "HEAD"))
            throw NotAllowed(request.Method);
        var uri = new RequestUri(request, model, limits);
        var agreed = Negotiation.Of(request, uri.Option("$format"), request.Path is "$metadata");
        switch (request.Path)
        {
            case "":
                uri.Allow("the service document");
                return Json(agreed, ServiceDocument.Sets(model, request.Root, agreed.Form.Metadata));
            case "$metadata":
                uri.Allow("$metadata");
                // There is nothing of 4.01 in the model, and readers who name no version (OpenUI5) may refuse a document of 4.01.
                bool newest = agreed.Form.Version401 && request.Header("OData-MaxVersion") is not null;
                var document = Json(agreed, ServiceDocument.Model(model, agreed.Xml, newest));
                if (agreed.Xml)
                    document.Headers["Content-Type"] = "application/xml";
                return document;
        }
        return await read(For(request, uri, agreed, reader).Answer, stop);
    }

    private Resource For(ODataRequest request, RequestUri uri, Negotiation agreed, ODataReader reader) =>
        new(model, limits, request, uri, agreed, reader, seal, time.GetUtcNow(), ahead);

    private static string QueryInBody(ODataRequest request)
    {
        if (
            request.Header("Content-Type")?.Split(';')[0].Trim().ToLowerInvariant()
            is not ("text/plain" or "application/x-www-form-urlencoded")
        )
            throw new ODataFailure(415, "mediaType", "The body of $query is text/plain.");
        string body = System.Text.Encoding.UTF8.GetString(request.Body.Span).Trim();
        return request.Query.Length == 0 ? body : $"{request.Query}&{body}";
    }

    private static ODataFailure NotAllowed(string method) =>
        new(405, "method", $"{method}: this service is read, not written.");

    internal static ODataAnswer Json(Negotiation agreed, ReadOnlyMemory<byte> body, int status = 200)
    {
        var answer = new ODataAnswer(status) { Body = body };
        answer.Headers["Content-Type"] = agreed.ContentType;
        answer.Headers["OData-Version"] = agreed.Version;
        return answer;
    }
}
