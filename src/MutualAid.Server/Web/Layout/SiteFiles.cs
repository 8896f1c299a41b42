using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace MutualAid.Server.Web.Layout;

/// <summary>
/// The few files that pages need, inside the program itself. An address carries its content's hash, so a browser keeps
/// the file for ever and never has an old one.
/// </summary>
public static class SiteFiles
{
    private static readonly FrozenDictionary<string, SiteFile> All = new[]
    {
        SiteFile.Read("site.css", "text/css; charset=utf-8"),
        SiteFile.Read("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(file => file.Name);

    /// <summary>What pages link to.</summary>
    public static string Address(string name) => $"/{name}?v={All[name].Hash}";

    public static void MapSiteFiles(this WebApplication app)
    {
        foreach (var file in All.Values)
            app.MapGet(
                    $"/{file.Name}",
                    (HttpContext context) =>
                    {
                        // Only the address with the hash stands for this content for ever.
                        context.Response.Headers.CacheControl =
                            context.Request.Query["v"] == file.Hash
                                ? "public, max-age=31536000, immutable"
                                : "no-cache";
                        return Results.Bytes(file.Content, file.MediaType);
                    }
                )
                .ExcludeFromDescription();
    }

    private sealed record SiteFile(string Name, string MediaType, byte[] Content, string Hash)
    {
        public static SiteFile Read(string name, string mediaType)
        {
            using var stream = Assembly
                .GetExecutingAssembly()
                .GetManifestResourceStream($"MutualAid.Server.Web.Files.{name}")!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            byte[] bytes = content.ToArray();
            return new SiteFile(
                name,
                mediaType,
                bytes,
                Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]
            );
        }
    }
}
