namespace Presets.Api;

/// <summary>Says of a route that it changes a preset.</summary>
/// <param name="Name">As <see cref="IdempotentRoute.Name"/>.</param>
internal record PresetWrite(string Name) : IdempotentRoute(Name, WriteOptions.OutcomeOf);

/// <summary>
/// Sends the change that a request on a preset route asks for, with what all of these routes take in headers and query,
/// and prepares what all of them answer.
/// </summary>
internal sealed class PresetWrites(IPresets presets)
{
    /// <summary>Makes a change happen, and answers with the preset as a read does.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public async Task AnswerAsync(HttpContext context, ApiKey caller, PresetName name, Change change)
    {
        var answer = await ChangeAsync(context, caller, name, change);
        // Another request may have purged the preset since.
        var preset = answer.Preset ?? throw new Refusal(RefusalCode.PresetPurged, "The preset was purged.");
        await JsonAnswer.Write(context, StatusCodes.Status200OK, preset.Body);
    }

    /// <summary>Makes a change happen, and sets <c>ETag</c> and <c>Idempotent-Replayed</c> of the answer.</summary>
    /// <param name="change">The change as the route makes it.</param>
    /// <exception cref="Refusal">
    /// As <see cref="IPresets.ChangeAsync"/>, and <see cref="RefusalCode.InvalidParameter"/>.
    /// </exception>
    public async ValueTask<ChangeAnswer> ChangeAsync(
        HttpContext context, ApiKey caller, PresetName name, Change change)
    {
        var options = WriteOptions.Read(context.Request);
        var answer = await SendAsync(
            caller,
            name,
            change with
            {
                Idempotency = options.IsDryRun ? null : change.Idempotency,
                RequestId = RequestIds.Of(context),
                Precondition = options.Precondition,
                Message = options.Message ?? change.Message,
                IsDryRun = options.IsDryRun,
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

    /// <summary>Makes a change happen in the name of a key, with the rights that it has.</summary>
    /// <exception cref="Refusal">As <see cref="IPresets.ChangeAsync"/>.</exception>
    public ValueTask<ChangeAnswer> SendAsync(
        ApiKey caller, PresetName name, Change change, CancellationToken cancellationToken) =>
        presets.ChangeAsync(
            name,
            change with
            {
                Key = caller.Hash,
                MayPromote = caller.MayPromote,
                Guarded = caller.InGuardedWorkspace,
            },
            cancellationToken);
}
