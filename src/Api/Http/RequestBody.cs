using System.Buffers;
using System.Net.Http.Headers;

namespace Presets.Api;

/// <summary>A request's body, whole, in memory that is given back when it is disposed.</summary>
public struct RequestBody : IDisposable
{
    private byte[]? buffer;
    private int length;

    /// <summary>The bytes as they were sent.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads the body.</summary>
    /// <param name="maxBytes">The most it may have.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.UnsupportedMediaType"/>, <see cref="RefusalCode.BodyTooLarge"/>. What is left of the body
    /// is not read here: the server drains it after the answer, so that the client gets to see it.
    /// </exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, int maxBytes)
    {
        var request = context.Request;
        RequireJson(request);
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);

        var body = new RequestBody();
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync();
                if (body.length + read.Buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(read.Buffer.Start);
                    throw TooLarge(maxBytes);
                }

                body.Append(read.Buffer, request.ContentLength);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory back; <see cref="Bytes"/> may not be used any more.</summary>
    public void Dispose()
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }

    private static void RequireJson(HttpRequest request)
    {
        var contentType = request.ContentType;
        if (contentType != "application/json" && !IsJson(contentType))
            throw NotSupported("as application/json (or application/*+json) in UTF-8", "Content-Type");
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding
            && !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase))
        {
            throw NotSupported("without a content encoding", "Content-Encoding");
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } media
        && media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Refusal NotSupported(string what, string header) =>
        new(RefusalCode.UnsupportedMediaType, $"The body must be sent {what}.", header);

    private static Refusal TooLarge(int maxBytes) =>
        new(RefusalCode.BodyTooLarge, $"The body may have at most {maxBytes} bytes.");

    // Memory is taken as bytes arrive, never for what a header merely promises.
    private void Append(ReadOnlySequence<byte> bytes, long? contentLength)
    {
        var after = length + (int)bytes.Length;
        if (buffer is null || buffer.Length < after)
        {
            var promised = contentLength is { } all && all <= 2L * after ? (int)all : 0;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(after, promised), 2 * length));
            Bytes.Span.CopyTo(larger);
            Dispose();
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(length));
        length = after;
    }
}
