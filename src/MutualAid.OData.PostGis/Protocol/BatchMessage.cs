using Microsoft.OData;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>A batch as Microsoft's reader and writer see it.</summary>
internal sealed class BatchMessage : IODataRequestMessageAsync, IODataResponseMessageAsync
{
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly MemoryStream stream;

    /// <summary>One to be read.</summary>
    public BatchMessage(ODataRequest request, string contentType)
    {
        stream = new MemoryStream(request.Body.ToArray(), writable: false);
        headers["Content-Type"] = contentType;
        Method = "POST";
        Url = request.Root;
    }

    /// <summary>One to be written.</summary>
    public BatchMessage(string contentType)
    {
        stream = new MemoryStream();
        headers["Content-Type"] = contentType;
        Url = new Uri("http://unused/");
    }

    public ReadOnlyMemory<byte> Written => stream.ToArray();

    public IEnumerable<KeyValuePair<string, string>> Headers => headers;

    public Uri Url { get; set; }

    public string Method { get; set; } = "";

    public int StatusCode { get; set; }

    public string? GetHeader(string headerName) => headers.GetValueOrDefault(headerName);

    public void SetHeader(string headerName, string headerValue) => headers[headerName] = headerValue;

    public Stream GetStream() => stream;

    public Task<Stream> GetStreamAsync() => Task.FromResult<Stream>(stream);
}
