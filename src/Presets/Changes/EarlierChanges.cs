namespace Presets;

/// <summary>Finds what was done before: changes that are stored, and requests by their idempotency key.</summary>
internal sealed class EarlierChanges(PlanDraft draft)
{
    /// <summary>The idempotency keys that the plan uses.</summary>
    public List<UsedNow> Keys { get; } = [];

    /// <summary>What a change gets that was made before, or whose key was used; null when it is to be decided.</summary>
    public Outcome? Find(Change change)
    {
        if (FindVersion(change.Id) is { } stored)
            return stored.PresetId == draft.After.Id
                ? new Outcome.Earlier(HeadThen(stored), Replayed: false, stored.Version)
                : OfAnother();
        if (draft.Facts.StoredChanges.Contains(change.Id) || draft.History.Exists(entry => entry.Id == change.Id))
            return new Outcome.Earlier(draft.HeadNow(), Replayed: false, SkippedTo(change));
        return change.Idempotency is { } request && FindKey(request.Key) is { } used
            ? Repeat(change, request, used)
            : null;
    }

    /// <summary>Remembers the idempotency key of a change that was made.</summary>
    public void Use(Change change, Outcome.Done done)
    {
        if (change.Idempotency is { } key)
            Keys.Add(new UsedNow(
                key, draft.After.Id, done.Version is { } number ? draft.VersionOf(number)!.Id : change.Id));
    }

    private Outcome Repeat(Change change, Idempotency request, UsedKey used)
    {
        if (!request.Matches(used.Fingerprint))
            return new Outcome.Refused(
                RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
        if (change is Purge)
            return new Outcome.Earlier(null, Replayed: true);
        var isGone = draft.After.IsNew || (used.PresetId ?? used.Version?.PresetId) != draft.After.Id;
        if (isGone || (change is Append && used.Version is null))
            return Purged();
        return change is Append
            ? new Outcome.Earlier(HeadThen(used.Version!), Replayed: true, used.Version!.Version)
            : new Outcome.Earlier(draft.HeadNow(), Replayed: true);
    }

    /// <summary>What a change gets whose version is one of a preset that is gone.</summary>
    private Outcome.Refused OfAnother()
    {
        // Or the preset was made after its state was read.
        if (draft.After.IsNew)
            draft.Incomplete();
        return Purged();
    }

    private static Outcome.Refused Purged() =>
        new(RefusalCode.PresetPurged, "The preset was purged after the first attempt of this request.");

    // An append that is recorded as a change made no version: it was skipped, and set a label.
    private int? SkippedTo(Change change) => change is Append append
        ? append.Designate ? draft.After.DesignatedVersion : draft.After.LatestVersion
        : null;

    /// <summary>The preset as the change left it that made <paramref name="version"/>.</summary>
    private PresetHead? HeadThen(PresetVersion version)
    {
        var head = version.Designates
            ? new PresetHead(PlanDraft.Designating(draft.After, version), version)
            : draft.HeadNow();
        return head is null ? null : head with
        {
            Preset = head.Preset with
            {
                LatestVersion = version.Version,
                Revision = version.Revision,
                UpdatedAt = version.CreatedAt,
            },
        };
    }

    private PresetVersion? FindVersion(Guid id)
    {
        var stored = draft.Facts.StoredVersions;
        if (stored.Count > 0 && stored.TryGetValue(id, out var version))
            return version;
        return draft.Versions.Find(made => made.Id == id) ?? draft.Facts.Versions.FirstOrDefault(read => read.Id == id);
    }

    private UsedKey? FindKey(string key)
    {
        foreach (var used in Keys)
            if (used.Key.Key == key)
                return new UsedKey(used.Key.Fingerprint, used.PresetId, FindVersion(used.ChangeId));
        return draft.Facts.UsedKeys.GetValueOrDefault(key);
    }
}
