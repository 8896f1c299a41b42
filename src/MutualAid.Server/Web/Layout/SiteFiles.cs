using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace MutualAid.Server.Web.Layout;

/// <summary>
/// The few files that pages need, inside the program itself: those of <c>Web/Files</c>, and those that node makes of
/// <c>Web/Scripts</c>, where there was node. An address carries its content's hash, so a browser keeps the file for ever and
/// never has an old one.
/// </summary>
public static class SiteFiles
{
    private static readonly Assembly Program = Assembly.GetExecutingAssembly();

    private static readonly FrozenDictionary<string, SiteFile> All = Program
        .GetManifestResourceNames()
        .Select(SiteFile.Of)
        .OfType<SiteFile>()
        .ToFrozenDictionary(file => file.Name);

    // The worker rules over what lies below its own address.
    private static string Path(string name) =>
        name == "worker.js" ? "/worker.js"
        : All[name].Made ? $"/made/{name}"
        : $"/{name}";

    public static bool Has(string name) => All.ContainsKey(name);

    /// <summary>What pages link to.</summary>
    public static string Address(string name) => $"{Path(name)}?v={All[name].Hash}";

    public static void MapSiteFiles(this WebApplication app)
    {
        foreach (var file in All.Values)
            app.MapGet(Path(file.Name), (HttpContext context) => file.Send(context)).ExcludeFromDescription();
    }

    private sealed class SiteFile(string name, bool made, string mediaType, byte[] content)
    {
        private readonly byte[]? packed = mediaType.StartsWith("font/", StringComparison.Ordinal)
            ? null
            : Pack(content);

        public string Name => name;
        public bool Made => made;
        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(content))[..12];

        /// <summary>Null for what is no file of the site.</summary>
        public static SiteFile? Of(string resource)
        {
            string? name =
                resource.StartsWith("made/", StringComparison.Ordinal) ? resource["made/".Length..]
                : resource.StartsWith("MutualAid.Server.Web.Files.", StringComparison.Ordinal)
                    ? resource["MutualAid.Server.Web.Files.".Length..]
                : null;
            string? mediaType = System.IO.Path.GetExtension(name) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                ".woff2" => "font/woff2",
                _ => null,
            };
            if (name is null || mediaType is null)
                return null;
            using var stream = Program.GetManifestResourceStream(resource)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return new SiteFile(
                name,
                resource.StartsWith("made/", StringComparison.Ordinal),
                mediaType,
                content.ToArray()
            );
        }

        public IResult Send(HttpContext context)
        {
            var headers = context.Response.Headers;
            // Only the address with the hash stands for this content for ever.
            headers.CacheControl =
                context.Request.Query["v"] == Hash ? "public, max-age=31536000, immutable" : "no-cache";
            if (packed is null)
                return Results.Bytes(content, mediaType);
            headers.Vary = "Accept-Encoding";
            if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
                return Results.Bytes(content, mediaType);
            headers.ContentEncoding = "gzip";
            return Results.Bytes(packed, mediaType);
        }

        private static byte[] Pack(byte[] content)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
                gzip.Write(content);
            return packed.ToArray();
        }
    }
}
