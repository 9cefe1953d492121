using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EvoNas.Dashboard.Serving;

/// <summary>The page: files that were built into this assembly. No name from an address ever reaches a file
/// system.</summary>
sealed class Assets
{
    const string Prefix = "wwwroot/",
        Compressed = ".br";

    static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    readonly record struct Asset(byte[] Bytes, byte[]? Brotli, string Type, string Tag);

    readonly FrozenDictionary<string, Asset> _assets;

    Assets(FrozenDictionary<string, Asset> assets) => _assets = assets;

    /// <summary>Reads what is embedded in an assembly.</summary>
    public static Assets Of(Assembly assembly)
    {
        var files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..].Replace('\\', '/'), name => Read(assembly, name));
        return new(
            files
                .Where(file => !file.Key.EndsWith(Compressed, StringComparison.Ordinal))
                .ToFrozenDictionary(
                    file => "/" + file.Key,
                    file => new Asset(
                        file.Value,
                        files.GetValueOrDefault(file.Key + Compressed),
                        Types.GetValueOrDefault(Path.GetExtension(file.Key), "application/octet-stream"),
                        $"\"{Convert.ToHexStringLower(SHA256.HashData(file.Value).AsSpan(0, 12))}\""
                    )
                )
        );
    }

    /// <summary>Paths that are answered.</summary>
    public IEnumerable<string> Paths => _assets.Keys;

    /// <summary>Answers a request for a file of the page.</summary>
    /// <returns>False where there is none.</returns>
    public async Task<bool> Serve(HttpContext context)
    {
        var path = context.Request.Path.Value is null or "" or "/" ? "/index.html" : context.Request.Path.Value;
        if (!_assets.TryGetValue(path, out var asset))
            return false;
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = asset.Tag;
        // Asked again each time, answered with nothing while it is the same.
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (request.Headers.IfNoneMatch.Any(tags => tags is not null && tags.Contains(asset.Tag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }
        var bytes = asset.Bytes;
        if (
            asset.Brotli is { } brotli
            && request.Headers.AcceptEncoding.Any(codings => codings?.Contains("br", StringComparison.Ordinal) == true)
        )
        {
            bytes = brotli;
            response.Headers.ContentEncoding = "br";
        }
        response.ContentType = asset.Type;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        return true;
    }

    static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!; // A name of its own list.
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
