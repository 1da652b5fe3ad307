using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Presets.Console;

/// <summary>
/// The stylesheet, the scripts and the icon: resources of this assembly, named with their fingerprint.
/// </summary>
public static class Assets
{
    private static readonly FrozenDictionary<string, Asset> All = typeof(Assets).Assembly.GetManifestResourceNames()
        .Where(name => TypeOf(name) is not null)
        .ToFrozenDictionary(name => name, Read);

    /// <summary>The name of an asset with its fingerprint, <c>console.1f0c3a9d2b.css</c>.</summary>
    public static string NameOf(string name) =>
        $"{Path.GetFileNameWithoutExtension(name)}.{All[name].Fingerprint}{Path.GetExtension(name)}";

    /// <summary>
    /// Serves an asset. One that was named by another release is served as it is here, and not kept: while nodes are
    /// replaced, a page of one may ask another for its style.
    /// </summary>
    internal static Results<FileContentHttpResult, NotFound> Get(HttpContext context, string name)
    {
        if (name.Split('.') is not [var stem, var fingerprint, var extension]
            || !All.TryGetValue($"{stem}.{extension}", out var asset))
            return TypedResults.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl =
            fingerprint == asset.Fingerprint ? "public, max-age=31536000, immutable" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(
            asset.Bytes, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Fingerprint}\""));
    }

    private static Asset Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new Asset(bytes, TypeOf(name)!, Convert.ToHexStringLower(SHA256.HashData(bytes))[..10]);
    }

    private static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    private sealed record Asset(byte[] Bytes, string ContentType, string Fingerprint);
}
