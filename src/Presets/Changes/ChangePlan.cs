namespace Presets;

/// <summary>
/// The rules of every change: folds changes over a preset's state and says what comes of each, and which rows are to be
/// written. Pure. A plan that writes rows holds only while the preset is at the revision of <see cref="Before"/>.
/// </summary>
public sealed class ChangePlan
{
    private readonly ChangeFacts facts;
    private readonly Outcome[] outcomes;
    private readonly List<PresetVersion> versions;
    private readonly List<(Idempotency Key, PresetVersion Version)> keys = [];
    private readonly DateTimeOffset time;

    private ChangePlan(Preset before, int changes, ChangeFacts facts, DateTimeOffset now)
    {
        this.facts = facts;
        Before = After = before;
        outcomes = new Outcome[changes];
        versions = new List<PresetVersion>(changes);
        // updated_at never goes back, whichever node's clock wrote it last.
        time = now > before.UpdatedAt ? now : before.UpdatedAt;
    }

    /// <summary>The state the plan was made on.</summary>
    public Preset Before { get; }

    /// <summary>The state when the plan is carried out.</summary>
    public Preset After { get; private set; }

    /// <summary>What comes of each change, in their order.</summary>
    public IReadOnlyList<Outcome> Outcomes => outcomes;

    /// <summary>The versions to insert, in the order of their numbers.</summary>
    public IReadOnlyList<PresetVersion> Versions => versions;

    /// <summary>The idempotency keys to insert, each with the version it stands for.</summary>
    public IReadOnlyList<(Idempotency Key, PresetVersion Version)> Keys => keys;

    /// <summary>Whether there is anything to write.</summary>
    public bool Writes => versions.Count > 0;

    /// <summary>What the store returns when the plan is carried out.</summary>
    public CommitResult Result => new(After.IsNew ? null : After, outcomes);

    /// <summary>Plans changes of one preset.</summary>
    /// <param name="state">The preset as it is; <see cref="Preset.New"/> when there is none.</param>
    /// <param name="changes">What is to happen, in order.</param>
    /// <param name="facts">What is known of these changes; no older than <paramref name="state"/>.</param>
    /// <param name="now">The time of the changes.</param>
    public static ChangePlan Make(Preset state, IReadOnlyList<Change> changes, ChangeFacts facts, DateTimeOffset now)
    {
        var plan = new ChangePlan(state, changes.Count, facts, now);
        for (var i = 0; i < changes.Count; i++)
            plan.outcomes[i] = plan.Decide(changes[i]);
        return plan;
    }

    private Outcome Decide(Change change)
    {
        // What is stored is answered before any rule is asked: the request that stored it has passed them.
        if (FindStored(change.Id) is { } stored)
            return new Outcome.Earlier(HeadOf(stored), Replayed: false);
        if (change.Idempotency is { } request && FindKey(request.Key) is { } used)
        {
            if (!request.Matches(used.Fingerprint))
                return new Outcome.Refused(
                    RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
            if (used.Version is { } version)
                return new Outcome.Earlier(HeadOf(version), Replayed: true);
        }

        if (After.Status == PresetStatus.Archived)
            return new Outcome.Refused(RefusalCode.PresetArchived, $"Preset \"{After.FullName.Slug}\" is archived.");
        return change switch
        {
            Append append => Make(append),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "a change without a rule"),
        };
    }

    private Outcome.Done Make(Append append)
    {
        var version = new PresetVersion(
            append.Id,
            After.Id,
            After.LatestVersion + 1,
            After.Revision + 1,
            append.UserId,
            time,
            append.Body,
            append.Config,
            append.SystemPrompt);
        versions.Add(version);
        if (append.Idempotency is { } request)
            keys.Add((request, version));
        var head = HeadOf(version);
        After = head.Preset;
        return new Outcome.Done(head);
    }

    /// <summary>The preset as the change left it that made <paramref name="version"/>.</summary>
    private PresetHead HeadOf(PresetVersion version) =>
        new(
            After with
            {
                LatestVersion = version.Version,
                DesignatedVersion = version.Version,
                DesignatedVersionId = version.Id,
                Revision = version.Revision,
                UpdatedAt = version.CreatedAt,
            },
            version);

    private PresetVersion? FindStored(Guid id) =>
        facts.Stored.GetValueOrDefault(id) ?? versions.Find(version => version.Id == id);

    private UsedKey? FindKey(string key)
    {
        foreach (var (made, version) in keys)
            if (made.Key == key)
                return new UsedKey(made.Fingerprint, version);
        return facts.UsedKeys.GetValueOrDefault(key);
    }
}
