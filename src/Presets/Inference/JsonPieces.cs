using System.Text.Encodings.Web;
using System.Text.Json;

namespace Presets;

/// <summary>The pieces that a merged body has besides slices of its two texts.</summary>
internal static class JsonPieces
{
    internal static readonly byte[] Comma = ","u8.ToArray();
    internal static readonly byte[] Colon = ":"u8.ToArray();
    internal static readonly byte[] Quotes = "\""u8.ToArray();
    internal static readonly byte[] StartList = "["u8.ToArray();
    internal static readonly byte[] EndList = "]"u8.ToArray();

    /// <summary>A text as a JSON string.</summary>
    internal static byte[] Quote(string text) =>
    [
        (byte)'"',
        .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes,
        (byte)'"',
    ];
}
