namespace Presets.Console;

/// <summary>Tries what forms ask for, and makes it happen once it was announced.</summary>
internal sealed class AnnouncedChanges(PresetWrites writes, PresetsOptions limits)
{
    /// <summary>What a form would do: it is tried. Null while something is left to choose.</summary>
    /// <param name="seen">The preset as it is; null when the form makes it.</param>
    /// <exception cref="Refusal">As <see cref="PresetWrites.SendAsync"/>, and what the gesture refuses.</exception>
    public async Task<Announcement?> TryAsync(Visit visit, string? slug, PresetSnapshot? seen, ChangeForm form)
    {
        if (form.Gesture.ChangeOf(visit.Key, form.Fields) is not { } change)
            return null;
        if (change is Append append
            && append.Config.Length + append.SystemPrompt.GetValueOrDefault().Length > limits.MaxBodyBytes)
            throw RequestBodies.TooLarge(limits.MaxBodyBytes);
        var answer = await writes.SendAsync(
            visit.Key,
            new PresetName(visit.Workspace.Id, slug!),
            change with { IsDryRun = true, Precondition = PreconditionOf(seen) },
            visit.Cancelled);
        var before = seen is null ? null : PresetView.Of(seen);
        return new Announcement(change, answer, EffectLine.Between(before, PresetView.Of(answer.Preset!)));
    }

    /// <summary>Makes a change happen, unless the preset has changed since.</summary>
    /// <exception cref="Refusal">As <see cref="PresetWrites.SendAsync"/>.</exception>
    public async Task<ChangeAnswer> MakeAsync(
        Visit visit, string slug, PresetSnapshot? seen, Change change, string? message)
    {
        var answer = await writes.SendAsync(
            visit.Key,
            new PresetName(visit.Workspace.Id, slug),
            change with
            {
                Precondition = PreconditionOf(seen),
                Message = WriteOptions.Valid(message),
                RequestId = RequestIds.Of(visit.Context),
            },
            visit.Cancelled);
        if (change is Append)
            Telemetry.Created(answer.Replayed);
        return answer;
    }

    private static Precondition PreconditionOf(PresetSnapshot? seen) =>
        seen is null ? new Precondition(Absent: true) : new Precondition([seen.Tag]);
}
