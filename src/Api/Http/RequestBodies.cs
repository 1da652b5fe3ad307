using System.IO.Pipelines;
using Microsoft.AspNetCore.RequestDecompression;
using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>Reads the JSON bodies of requests, whole, within the limits of the node.</summary>
public sealed class RequestBodies(
    PresetsOptions options, IRequestDecompressionProvider decompression, TimeProvider clock)
{
    private static readonly string[] Charsets = ["utf-8", "utf8", "us-ascii", "ascii", ""];

    private readonly QueueBudget budget = new(options.BodyBytes);

    /// <summary>Reads a body.</summary>
    /// <param name="maxBytes">The most bytes it may have; those of the settings when it is left out.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.UnsupportedMediaType"/>, <see cref="RefusalCode.BodyTooLarge"/>,
    /// <see cref="RefusalCode.Overloaded"/>, <see cref="RefusalCode.RequestTimeout"/>;
    /// <see cref="RefusalCode.InvalidRequest"/> when its chunks or its encoding are broken. What is left of the body is
    /// not read here: the server drains it after the answer, so that the client gets to see it.
    /// </exception>
    public async ValueTask<RequestBody> ReadAsync(HttpContext context, int? maxBytes = null)
    {
        var request = context.Request;
        var limit = maxBytes ?? options.MaxBodyBytes;
        if (request.ContentType is not "application/json" && !IsJson(request.ContentType))
            throw NotSupported("as application/json (or application/*+json) in UTF-8", "Content-Type");
        if (request.ContentLength > limit)
            throw TooLarge(limit);

        var reader = ReaderOf(context);
        var body = new RequestBody(budget);
        CancellationTokenSource? deadline = null;
        try
        {
            while (true)
            {
                // Most bodies have arrived with their headers, and need no timer.
                if (!reader.TryRead(out var read))
                {
                    deadline ??= new CancellationTokenSource(options.BodyTimeout, clock);
                    read = await reader.ReadAsync(deadline.Token);
                }

                try
                {
                    if (body.Length + read.Buffer.Length > limit)
                        throw TooLarge(limit);
                    body.Append(read.Buffer, request.ContentLength);
                }
                finally
                {
                    // Without it, the server could not drain the rest.
                    reader.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted)
                    return body;
            }
        }
        catch (Exception e)
        {
            body.Dispose();
            var isLate = e is OperationCanceledException && deadline?.IsCancellationRequested == true;
            // Brotli throws the last one.
            var isBroken = e is IOException and not BadHttpRequestException
                or InvalidDataException or InvalidOperationException;
            if (context.RequestAborted.IsCancellationRequested || !(isLate || isBroken))
                throw;
            throw isLate
                ? new Refusal(
                    RefusalCode.RequestTimeout,
                    $"The body must arrive within {options.BodyTimeout.TotalSeconds:0.###} seconds.")
                : new Refusal(
                    RefusalCode.InvalidRequest, "The body's chunks or its Content-Encoding are broken.", inner: e);
        }
        finally
        {
            deadline?.Dispose();
            if (reader != request.BodyReader)
                await reader.CompleteAsync();
        }
    }

    private static bool IsJson(string? contentType) =>
        contentType?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            is [var media, .. var parameters]
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        && parameters.All(IsTaken);

    private static bool IsTaken(string parameter) =>
        parameter.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value]
        || !name.Equals("charset", StringComparison.OrdinalIgnoreCase)
        || Charsets.Contains(value.Trim('"'), StringComparer.OrdinalIgnoreCase);

    private static Refusal NotSupported(string what, string header) =>
        new(RefusalCode.UnsupportedMediaType, $"The body must be sent {what}.", header);

    /// <summary>A body has more than <paramref name="limit"/> bytes.</summary>
    internal static Refusal TooLarge(int limit) =>
        new(RefusalCode.BodyTooLarge, $"The body may have at most {limit} bytes.");

    /// <summary>
    /// Reads a body as it is before its compression; whoever takes another reader than the request's completes it.
    /// </summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.UnsupportedMediaType"/>.</exception>
    public PipeReader ReaderOf(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding;
        if (StringValues.IsNullOrEmpty(encoding) || "identity".Equals(encoding, StringComparison.OrdinalIgnoreCase))
            return context.Request.BodyReader;
        return decompression.GetDecompressionStream(context) is { } decompressed
            ? PipeReader.Create(decompressed)
            : throw NotSupported("with the content encoding gzip, br or deflate, or without one", "Content-Encoding");
    }
}
