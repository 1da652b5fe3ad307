using System.Globalization;

namespace Presets.Api;

/// <summary>Says of a route that it creates versions.</summary>
/// <param name="Route">What stands for the route in a request's fingerprint.</param>
internal sealed record PresetCreate(string Route) : PresetWrite($"POST presets/{{slug}}/{Route}");

/// <summary>Makes versions, whatever body they come from, and answers the requests.</summary>
internal sealed class PresetCreates(IPresets presets, PresetWrites writes)
{
    /// <summary>Whether a new version of a key becomes the designated one when nothing else is asked for.</summary>
    public static bool MayDesignate(ApiKey caller) => caller.MayPromote || !caller.InGuardedWorkspace;

    /// <summary>The version that a body asks for.</summary>
    public static Append AppendOf(ApiKey caller, FilteredBody body)
    {
        // Not "null": that would become an empty text on its way through byte[].
        var systemPrompt = body.SystemPrompt is { } prompt ? prompt : default(ReadOnlyMemory<byte>?);
        return new Append(Guid.CreateVersion7(), caller.UserId, body.Kind, body.Config, systemPrompt)
        {
            Message = body.Message,
        };
    }

    /// <summary>Makes a version as the headers and the query of the request want it, and answers the preset.</summary>
    /// <param name="append">What the body says.</param>
    /// <param name="body">The body as it was sent, for its fingerprint.</param>
    /// <exception cref="Refusal">As <see cref="PresetWrites.ChangeAsync"/>.</exception>
    public async Task AnswerAsync(
        HttpContext context, ApiKey caller, PresetName name, Append append, ReadOnlyMemory<byte> body)
    {
        var options = CreateOptions.Read(context.Request);
        var mayDesignate = MayDesignate(caller);
        append = append with
        {
            Idempotency = IdempotencyHeader.Read(context, body),
            Designate = options.Designate && mayDesignate,
            Labels = options.Labels,
            SkipUnchanged = options.SkipUnchanged,
        };
        // Read before, since the answer to a dry run shows the designated version as it would be.
        var isDryRun = WriteOptions.IsDryRunOf(context.Request);
        var before = isDryRun ? await presets.GetAsync(name, context.RequestAborted) : null;
        var answer = await writes.ChangeAsync(context, caller, name, append);

        var headers = context.Response.Headers;
        headers["X-Created-Version"] = answer.Version!.Value.ToString(CultureInfo.InvariantCulture);
        if (answer.Skipped)
            headers["Preference-Applied"] = CreateOptions.SkipPreference;
        if (!mayDesignate && answer.Preset!.Version != answer.Version)
            headers["X-Designated"] = "false";
        if (!isDryRun)
            Telemetry.Created(answer.Replayed);
        await JsonAnswer.Write(
            context,
            StatusCodes.Status200OK,
            isDryRun ? DryRunAnswer.Of(before, answer, append) : answer.Preset!.Body);
    }
}
