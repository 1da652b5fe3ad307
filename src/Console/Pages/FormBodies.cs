using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Presets.Console;

/// <summary>How large a form may be.</summary>
internal enum FormSize
{
    /// <summary>A name, a description and a message, each escaped.</summary>
    Small,

    /// <summary>A configuration as large as the API takes.</summary>
    Config,
}

/// <summary>Receives the forms that are sent, within limits that let the answer be read.</summary>
internal static class FormBodies
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxFields = 64;
    private const string FormType = "application/x-www-form-urlencoded";

    // A form writes a quotation mark with three bytes and the end of a line with six.
    private const int Growth = 4;

    // Reading a form takes several times its size in memory, and anybody may send one to sign in with. Small ones need
    // no turn.
    private static readonly ConcurrencyLimiter LargeForms = new(new() { PermitLimit = 4, QueueLimit = 32 });

    /// <summary>Reads the form of a request.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.UnsupportedMediaType"/>, <see cref="RefusalCode.BodyTooLarge"/>,
    /// <see cref="RefusalCode.InvalidRequest"/>, <see cref="RefusalCode.Overloaded"/>,
    /// <see cref="RefusalCode.RequestTimeout"/>.
    /// </exception>
    public static async Task ReadAsync(HttpContext context, FormSize size)
    {
        var request = context.Request;
        var options = context.RequestServices.GetRequiredService<PresetsOptions>();
        // No form here carries a file.
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != FormType)
            throw new Refusal(RefusalCode.UnsupportedMediaType, "The request is not a form.");
        var limit = size == FormSize.Config ? Math.Max(MaxBytes, Growth * (long)options.MaxBodyBytes) : MaxBytes;
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        // One that does not say its length ends there too.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limit;
        var length = request.ContentLength ?? limit;
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        using var deadline = new CancellationTokenSource(options.BodyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        using var turn = length > MaxBytes || request.ContentLength is null
            ? await TakeTurnAsync(context, either.Token)
            : null;
        // The wait does not shorten the time to read.
        deadline.CancelAfter(options.BodyTimeout);
        try
        {
            context.Features.Set<IFormFeature>(new FormFeature(request, new FormOptions
            {
                ValueCountLimit = MaxFields,
                ValueLengthLimit = (int)Math.Max(MaxBytes, length),
            }));
            await request.ReadFormAsync(either.Token);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(limit, e);
        }
        catch (InvalidDataException e)
        {
            throw new Refusal(RefusalCode.InvalidRequest, "The form has too many or too long fields.", inner: e);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new Refusal(
                RefusalCode.RequestTimeout,
                $"The form must arrive within {options.BodyTimeout.TotalSeconds:0.###} seconds.");
        }
    }

    private static async Task<RateLimitLease> TakeTurnAsync(HttpContext context, CancellationToken cancellationToken)
    {
        RateLimitLease? turn = null;
        try
        {
            turn = await LargeForms.AcquireAsync(1, cancellationToken);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // It waited too long.
        }

        return turn is { IsAcquired: true }
            ? turn
            : throw new Refusal(RefusalCode.Overloaded, "Too many large forms are being received. Try again.");
    }

    private static Refusal TooLarge(long limit, Exception? inner = null) =>
        new(RefusalCode.BodyTooLarge, $"A form may have at most {limit} bytes.", inner: inner);
}
