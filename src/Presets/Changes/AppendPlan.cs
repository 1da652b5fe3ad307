namespace Presets;

/// <summary>
/// The rules of an append: which drafts of a preset become versions, under which numbers, and what the others are answered. Pure: the store reads
/// everything it needs under the lock of the head row, asks, and writes what the plan says.
/// </summary>
public sealed class AppendPlan
{
    private readonly DraftOutcome[] outcomes;
    private readonly List<(Draft Draft, DraftOutcome.Stored Place)> accepted = [];

    private AppendPlan(Preset preset, int drafts)
    {
        After = preset;
        outcomes = new DraftOutcome[drafts];
    }

    /// <summary>The drafts to insert, with their numbers; in order.</summary>
    public IReadOnlyList<(Draft Draft, DraftOutcome.Stored Place)> Accepted => accepted;

    /// <summary>The preset after the append.</summary>
    public Preset After { get; private set; }

    /// <summary>The answer of the store once everything accepted is committed.</summary>
    public AppendResult Result => new(After, outcomes);

    /// <summary>Plans an append.</summary>
    /// <param name="preset">The preset as it is under the lock; a new one has version 0 and revision 0.</param>
    /// <param name="drafts">What is to be appended, in order.</param>
    /// <param name="storedIds">Those ids of the drafts that are stored already.</param>
    /// <param name="usedKeys">Those idempotency keys of the drafts that are in use, with their fingerprint and version.</param>
    /// <param name="now">The time of the append.</param>
    public static AppendPlan Make(
        Preset preset,
        IReadOnlyList<Draft> drafts,
        IReadOnlyDictionary<Guid, PresetVersion> storedIds,
        IReadOnlyDictionary<string, (ReadOnlyMemory<byte> Fingerprint, PresetVersion Version)> usedKeys,
        DateTimeOffset now)
    {
        var plan = new AppendPlan(preset, drafts.Count);
        // updated_at never goes back, whichever node's clock wrote it last.
        var time = now > preset.UpdatedAt ? now : preset.UpdatedAt;
        Dictionary<Guid, PresetVersion>? newIds = null;
        Dictionary<string, (ReadOnlyMemory<byte> Fingerprint, PresetVersion Version)>? newKeys = null;
        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            // What is stored already is answered before any rule is asked: the request that stored it has passed them.
            if (storedIds.TryGetValue(draft.VersionId, out var earlier) || (newIds?.TryGetValue(draft.VersionId, out earlier) ?? false))
            {
                plan.outcomes[i] = new DraftOutcome.Earlier(earlier, Replayed: false);
                continue;
            }

            if (draft.Idempotency is { } idempotency
                && (usedKeys.TryGetValue(idempotency.Key, out var used) || (newKeys?.TryGetValue(idempotency.Key, out used) ?? false)))
            {
                plan.outcomes[i] = used.Fingerprint.Span.SequenceEqual(idempotency.Fingerprint.Span)
                    ? new DraftOutcome.Earlier(used.Version, Replayed: true)
                    : new DraftOutcome.Refused(RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
                continue;
            }

            if (preset.Status == PresetStatus.Archived)
            {
                plan.outcomes[i] = new DraftOutcome.Refused(RefusalCode.PresetArchived, $"Preset \"{preset.Key.Slug}\" is archived.");
                continue;
            }

            plan.Accept(i, draft, time);
            if (drafts.Count == 1)
                continue;
            var version = new PresetVersion(
                draft.VersionId, preset.Id, plan.After.LatestVersion, draft.CreatorId, time, draft.Config, draft.SystemPrompt);
            (newIds ??= []).Add(draft.VersionId, version);
            if (draft.Idempotency is { } fresh)
                (newKeys ??= []).Add(fresh.Key, (fresh.Fingerprint, version));
        }

        return plan;
    }

    private void Accept(int index, Draft draft, DateTimeOffset time)
    {
        After = After with
        {
            LatestVersion = After.LatestVersion + 1,
            DesignatedVersion = After.LatestVersion + 1,
            DesignatedVersionId = draft.VersionId,
            UpdatedAt = time,
            Revision = After.Revision + 1,
        };
        var place = new DraftOutcome.Stored(After.LatestVersion, After.Revision, time);
        outcomes[index] = place;
        accepted.Add((draft, place));
    }

    /// <summary>The preset that a first draft makes, before it has a version.</summary>
    public static Preset NewPreset(PresetName key, Draft first, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), key, key.Slug, null, PresetStatus.Active, first.CreatorId, now, now, null, 0, 0, Guid.Empty, 0);
}
