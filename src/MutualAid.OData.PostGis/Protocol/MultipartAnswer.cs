using System.Globalization;
using System.Net;
using System.Text;

namespace MutualAid.OData.PostGis.Protocol;

/// <summary>
/// A batch's answers as multipart/mixed. Written here and not by Microsoft's writer: on Linux that ends lines by a line feed alone,
/// and MIME's lines (RFC 2046, 4.1.1) end by two characters, which strict readers (OpenUI5) look for.
/// </summary>
internal sealed class MultipartAnswer(string boundary)
{
    private readonly MemoryStream stream = new();

    public string ContentType => $"multipart/mixed; boundary={boundary}";

    public void Add(string? contentId, ODataAnswer said)
    {
        Line($"--{boundary}");
        Line("Content-Type: application/http");
        Line("Content-Transfer-Encoding: binary");
        if (contentId is not null)
            Line($"Content-ID: {contentId}");
        Line("");
        Line($"HTTP/1.1 {said.Status.ToString(CultureInfo.InvariantCulture)} {(HttpStatusCode)said.Status}");
        foreach (var (name, value) in said.Headers)
            Line($"{name}: {value}");
        Line("");
        stream.Write(said.Body.Span);
        Line("");
    }

    public byte[] End()
    {
        Line($"--{boundary}--");
        return stream.ToArray();
    }

    private void Line(string text) => stream.Write(Encoding.UTF8.GetBytes(text + "\r\n"));
}
