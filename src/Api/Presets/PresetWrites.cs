namespace Presets.Api;

/// <summary>
/// Sends the change that a request on a preset route asks for, with what all of these routes take in headers and query,
/// and prepares what all of them answer.
/// </summary>
internal sealed class PresetWrites(IPresets presets)
{
    /// <summary>Makes a change happen, and sets <c>ETag</c> and <c>Idempotent-Replayed</c> of the answer.</summary>
    /// <param name="change">The change as the route makes it.</param>
    /// <param name="body">The body of the request as it was sent, for its fingerprint.</param>
    /// <exception cref="Refusal">
    /// As <see cref="IPresets.ChangeAsync"/>, and <see cref="RefusalCode.InvalidParameter"/>.
    /// </exception>
    public async ValueTask<ChangeAnswer> ChangeAsync(
        HttpContext context, ApiKey caller, PresetName name, Change change, ReadOnlyMemory<byte> body)
    {
        var options = WriteOptions.Read(context.Request);
        var idempotency = IdempotencyHeader.Read(context, body);
        var answer = await presets.ChangeAsync(
            name,
            change with
            {
                Idempotency = options.IsDryRun ? null : idempotency,
                Key = caller.Hash,
                RequestId = RequestIds.Of(context),
                Precondition = options.Precondition,
                Message = options.Message ?? change.Message,
                IsDryRun = options.IsDryRun,
                MayPromote = caller.MayPromote,
                Guarded = caller.InGuardedWorkspace,
            },
            context.RequestAborted);
        var headers = context.Response.Headers;
        // A dry run shows a state that the preset is not in.
        if (answer.Preset is { } preset && !options.IsDryRun)
            headers.ETag = preset.Tag.ToString();
        if (answer.Replayed)
            headers[IdempotencyHeader.Replayed] = "true";
        return answer;
    }
}
