namespace Presets;

/// <summary>
/// The rules of every change: folds changes over a preset's state and says what comes of each, and which rows are to be
/// written. Pure. A plan that writes rows holds only while the preset is at the revision of <see cref="Before"/>.
/// </summary>
public sealed class ChangePlan
{
    private readonly PlanDraft draft;
    private readonly EarlierChanges earlier;
    private readonly Outcome[] outcomes;

    private ChangePlan(Preset before, int changes, ChangeFacts facts, DateTimeOffset now)
    {
        Before = before;
        // updated_at never goes back, whichever node's clock wrote it last.
        draft = new PlanDraft(before, facts, now > before.UpdatedAt ? now : before.UpdatedAt, changes);
        earlier = new EarlierChanges(draft);
        outcomes = new Outcome[changes];
    }

    /// <summary>The time of the changes.</summary>
    public DateTimeOffset Time => draft.Time;

    /// <summary>The state the plan was made on.</summary>
    public Preset Before { get; }

    /// <summary>The state when the plan is carried out.</summary>
    public Preset After => draft.After;

    /// <summary>What comes of each change, in their order.</summary>
    public IReadOnlyList<Outcome> Outcomes => outcomes;

    /// <summary>The versions to insert, in the order of their numbers.</summary>
    public IReadOnlyList<PresetVersion> Versions => draft.Versions;

    /// <summary>The changes to record that are not versions, in their order.</summary>
    public IReadOnlyList<HistoryEntry> History => draft.History;

    /// <summary>The idempotency keys to insert.</summary>
    public IReadOnlyList<UsedNow> Keys => earlier.Keys;

    /// <summary>Whether the preset is to be removed.</summary>
    public bool Removes { get; private set; }

    /// <summary>
    /// Whether every change was decided. Otherwise a version must be read first, and nothing of the plan counts.
    /// </summary>
    public bool IsComplete => draft.IsComplete;

    /// <summary>Whether there is anything to write.</summary>
    public bool Writes => Versions.Count > 0 || History.Count > 0 || Keys.Count > 0;

    /// <summary>What the store returns when the plan is carried out.</summary>
    public CommitResult Result => new(After.IsNew || Removes ? null : After, outcomes);

    /// <summary>Plans changes of one preset.</summary>
    /// <param name="state">The preset as it is; <see cref="Preset.New"/> when there is none.</param>
    /// <param name="changes">What is to happen, in order.</param>
    /// <param name="facts">What is known of these changes; no older than <paramref name="state"/>.</param>
    /// <param name="now">The time of the changes.</param>
    public static ChangePlan Make(Preset state, IReadOnlyList<Change> changes, ChangeFacts facts, DateTimeOffset now)
    {
        var plan = new ChangePlan(state, changes.Count, facts, now);
        for (var i = 0; i < changes.Count && plan.IsComplete; i++)
            plan.outcomes[i] = plan.Decide(changes[i]);
        return plan;
    }

    private Outcome Decide(Change change)
    {
        // What is stored is answered before any rule is asked: the request that stored it has passed them.
        if (earlier.Find(change) is { } known)
            return known;
        if (change.Precondition is { } precondition && !precondition.HoldsFor(After))
            return new Outcome.Refused(
                RefusalCode.PreconditionFailed,
                After.IsNew ? "There is no preset with this slug." : $"The preset is at {After.Tag}.",
                Current: After.IsNew ? null : After.Tag);
        if (change.IsDryRun)
            return Try(change);
        var outcome = DecideNew(change);
        if (outcome is Outcome.Done done)
            earlier.Use(change, done);
        return outcome;
    }

    private Outcome Try(Change change)
    {
        var (before, made, recorded) = (After, draft.Versions.Count, draft.History.Count);
        var outcome = DecideNew(change);
        (draft.After, Removes) = (before, false);
        draft.Versions.RemoveRange(made, draft.Versions.Count - made);
        draft.History.RemoveRange(recorded, draft.History.Count - recorded);
        return outcome;
    }

    private Outcome DecideNew(Change change) => change switch
    {
        Append append => AppendRules.Decide(draft, append),
        _ when After.IsNew => new Outcome.Refused(RefusalCode.NotFound, "There is no preset with this slug."),
        Edit edit => EditRules.Decide(draft, edit),
        SetLabel label => LabelRules.Decide(draft, label),
        RemoveLabel label => LabelRules.Decide(draft, label),
        Purge purge => Decide(purge),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "a change without a rule"),
    };

    private Outcome Decide(Purge purge)
    {
        if (After.Status != PresetStatus.Archived)
            return new Outcome.Refused(
                RefusalCode.PresetNotArchived, "Only an archived preset can be purged: archive it first.");
        draft.Record(purge, After, [new Effect("purged")]);
        Removes = true;
        return new Outcome.Done(null);
    }
}
