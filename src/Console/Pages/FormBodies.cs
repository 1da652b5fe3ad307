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

    // Reading a form and rendering its page take several times its size in memory, and anybody may send one to sign in
    // with. Small ones need no turn.
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
        var length = request.ContentLength ?? 0;
        if (length > limit)
            throw new Refusal(RefusalCode.BodyTooLarge, $"A form may have at most {limit} bytes.");
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        using var deadline = new CancellationTokenSource(options.BodyTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            // One that does not say its length may be large.
            if (request.ContentLength is null or > MaxBytes)
                await TakeTurnAsync(context, either.Token);
            context.Features.Set<IFormFeature>(new FormFeature(request, new FormOptions
            {
                ValueCountLimit = MaxFields,
                ValueLengthLimit = (int)Math.Max(MaxBytes, length),
            }));
            await request.ReadFormAsync(either.Token);
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

    private static async Task TakeTurnAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var turn = await LargeForms.AcquireAsync(1, cancellationToken);
        context.Response.RegisterForDispose(turn);
        if (!turn.IsAcquired)
            throw new Refusal(RefusalCode.Overloaded, "Too many large forms are being received. Try again.");
    }
}
