using System.Buffers;

namespace Presets.Api;

/// <summary>Sends JSON that exists as bytes already.</summary>
public static class JsonAnswer
{
    // Up to this size an answer is left to the server to send when the request ends, together with those of a pipeline.
    private const int SentAtOnce = 32 * 1024;

    /// <summary>Sends <paramref name="json"/> with its length.</summary>
    public static Task Write(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        if (json.Length > SentAtOnce)
            return WriteLargeAsync(context, json);
        response.BodyWriter.Write(json.Span);
        return Task.CompletedTask;
    }

    /// <summary>Sends JSON that stands in several places, one after another, with its length.</summary>
    public static async Task WriteAsync(HttpContext context, int status, IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = segments.Sum(segment => (long)segment.Length);
        foreach (var segment in segments)
        {
            if (segment.Length > SentAtOnce)
                await WriteLargeAsync(context, segment);
            else
                response.BodyWriter.Write(segment.Span);
        }

        // What follows a part that was sent is not sent with the end of the request.
        if (response.HasStarted)
            await response.BodyWriter.FlushAsync();
    }

    // Part by part, so that a client that reads slowly holds one part of it in memory and not the whole.
    private static async Task WriteLargeAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        var writer = context.Response.BodyWriter;
        while (!json.IsEmpty)
        {
            var part = json[..Math.Min(json.Length, SentAtOnce)];
            json = json[part.Length..];
            if ((await writer.WriteAsync(part)).IsCompleted)
                return;
        }
    }
}
