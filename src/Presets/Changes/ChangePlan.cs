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
    private readonly List<HistoryEntry> history = [];
    private readonly List<UsedNow> keys = [];

    private ChangePlan(Preset before, int changes, ChangeFacts facts, DateTimeOffset now)
    {
        this.facts = facts;
        Before = After = before;
        outcomes = new Outcome[changes];
        versions = new List<PresetVersion>(changes);
        // updated_at never goes back, whichever node's clock wrote it last.
        Time = now > before.UpdatedAt ? now : before.UpdatedAt;
    }

    /// <summary>The time of the changes.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The state the plan was made on.</summary>
    public Preset Before { get; }

    /// <summary>The state when the plan is carried out.</summary>
    public Preset After { get; private set; }

    /// <summary>What comes of each change, in their order.</summary>
    public IReadOnlyList<Outcome> Outcomes => outcomes;

    /// <summary>The versions to insert, in the order of their numbers.</summary>
    public IReadOnlyList<PresetVersion> Versions => versions;

    /// <summary>The changes to record that are not versions, in their order.</summary>
    public IReadOnlyList<HistoryEntry> History => history;

    /// <summary>The idempotency keys to insert.</summary>
    public IReadOnlyList<UsedNow> Keys => keys;

    /// <summary>Whether the preset is to be removed.</summary>
    public bool Removes { get; private set; }

    /// <summary>
    /// Whether every change was decided. Otherwise a version must be read first, and nothing of the plan counts.
    /// </summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Whether there is anything to write.</summary>
    public bool Writes => versions.Count > 0 || history.Count > 0 || keys.Count > 0;

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
        if (FindStored(change.Id) is { } stored)
            return new Outcome.Earlier(HeadThen(stored), Replayed: false, stored.Version);
        if (facts.StoredChanges.Contains(change.Id))
            return new Outcome.Earlier(HeadNow(), Replayed: false);
        if (change.Idempotency is { } request && FindKey(request.Key) is { } used)
            return Repeat(change, request, used);
        if (change.Precondition is { } precondition && !precondition.HoldsFor(After))
            return new Outcome.Refused(
                RefusalCode.PreconditionFailed,
                After.IsNew ? "There is no preset with this slug." : $"The preset is at {After.Tag}.",
                Current: After.IsNew ? null : After.Tag);

        var outcome = change switch
        {
            Append append => Make(append),
            _ when After.IsNew =>
                new Outcome.Refused(RefusalCode.NotFound, "There is no preset with this slug."),
            Edit edit => Make(edit),
            SetLabel label => Make(label),
            RemoveLabel label => Make(label),
            Purge purge => Make(purge),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "a change without a rule"),
        };
        if (outcome is Outcome.Done done && change.Idempotency is { } key)
            keys.Add(new UsedNow(key, After.Id, done.Version is { } number ? VersionOf(number)!.Id : change.Id));
        return outcome;
    }

    /// <summary>What a request gets whose idempotency key is in use.</summary>
    private Outcome Repeat(Change change, Idempotency request, UsedKey used)
    {
        if (!request.Matches(used.Fingerprint))
            return new Outcome.Refused(
                RefusalCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request.");
        if (change is Purge)
            return new Outcome.Earlier(null, Replayed: true);
        var isGone = After.IsNew || (used.PresetId ?? used.Version?.PresetId) != After.Id;
        if (isGone || (change is Append && used.Version is null))
            return new Outcome.Refused(
                RefusalCode.PresetPurged, "The preset was purged after the first request with this Idempotency-Key.");
        return change is Append
            ? new Outcome.Earlier(HeadThen(used.Version!), Replayed: true, used.Version!.Version)
            : new Outcome.Earlier(HeadNow(), Replayed: true);
    }

    private Outcome Make(Append append)
    {
        if (After.Status == PresetStatus.Archived)
            return Archived();
        if (append.SkipUnchanged && !After.IsNew)
        {
            if (VersionOf(append.Designate ? After.DesignatedVersion : After.LatestVersion) is not { } last)
                return Incomplete();
            if (IsUnchanged(append, last))
                return Skip(append, last);
        }

        var number = After.LatestVersion + 1;
        var designates = append.Designate || After.IsNew;
        var labels = After.Labels;
        List<Effect>? effects = null;
        if (!designates || append.Labels.Count > 0 || After.DesignatedVersion != After.LatestVersion)
        {
            effects = [new Effect("version_created", number)];
            if (designates)
                effects.Add(Effect.Designated(After.DesignatedVersion, number));
            if (Set(ref labels, append, number, effects) is { } refused)
                return refused;
        }

        var version = new PresetVersion(
            append.Id,
            After.Id,
            number,
            After.Revision + 1,
            append.UserId,
            Time,
            append.Body,
            append.Config,
            append.SystemPrompt)
        {
            Key = append.Key,
            Message = append.Message,
            RequestId = append.RequestId,
            Designates = designates,
            Effects = effects is null ? null : Effect.ToText(effects),
        };
        versions.Add(version);
        After = After with { LatestVersion = number, Revision = version.Revision, UpdatedAt = Time, Labels = labels };
        if (designates)
            After = Designating(After, version);
        return HeadNow() is { } head ? new Outcome.Done(head, number) : Incomplete();
    }

    private Outcome Skip(Append append, PresetVersion last)
    {
        var effects = new List<Effect>();
        var labels = After.Labels;
        if (Set(ref labels, append, last.Version, effects) is { } refused)
            return refused;
        if (effects.Count > 0)
            Record(append, After with { Labels = labels }, effects);
        return HeadNow() is { } head ? new Outcome.Done(head, last.Version, Skipped: true) : Incomplete();
    }

    private Outcome Make(Edit edit)
    {
        if (edit.RefusesDisabled && After.Status == PresetStatus.Disabled)
            return new Outcome.Refused(RefusalCode.PresetDisabled, $"Preset \"{After.FullName.Slug}\" is disabled.");
        if (After.Status == PresetStatus.Archived && edit.Status is null)
            return Archived();
        var effects = new List<Effect>();
        var after = After;
        if (edit.Status is { } status && status != after.Status)
        {
            effects.Add(new Effect(status switch
            {
                PresetStatus.Archived => "archived",
                PresetStatus.Disabled => "disabled",
                _ when after.Status == PresetStatus.Archived => "restored",
                _ => "enabled",
            }));
            after = after with { Status = status, StatusUpdatedAt = Time };
        }

        if (edit.Name is { } name && name != after.Name)
        {
            effects.Add(new Effect("edited", Field: "name", From: Effect.Json(after.Name), To: Effect.Json(name)));
            after = after with { Name = name };
        }

        if (edit.Description is { } text && (text.Length == 0 ? null : text) is var description
            && description != after.Description)
        {
            effects.Add(new Effect(
                "edited",
                Field: "description",
                From: Effect.Json(after.Description),
                To: Effect.Json(description)));
            after = after with { Description = description };
        }

        if (edit.Locked is { } paths && Effect.Json(paths) is var locked && locked != after.Locked)
        {
            effects.Add(new Effect("locked", Field: "locked", From: after.Locked, To: locked));
            after = after with { Locked = locked };
        }

        if (edit.DesignatedVersion is { } number && number != after.DesignatedVersion)
        {
            if (number < 1 || number > after.LatestVersion)
                return NoVersion(number, "designated_version");
            if (VersionOf(number) is not { } version)
                return Incomplete();
            effects.Add(Effect.Designated(after.DesignatedVersion, number));
            after = Designating(after, version);
        }

        return Finish(edit, after, effects);
    }

    private Outcome Make(SetLabel change)
    {
        if (After.Status == PresetStatus.Archived)
            return Archived();
        if (change.Version < 1 || change.Version > After.LatestVersion)
            return NoVersion(change.Version, "version");
        var labels = After.Labels;
        var effects = new List<Effect>();
        return Set(ref labels, change, change.Label, change.Version, change.Protected, effects)
            ?? Finish(change, After with { Labels = labels }, effects);
    }

    private Outcome Make(RemoveLabel change)
    {
        if (After.Status == PresetStatus.Archived)
            return Archived();
        if (After.Labels.Find(change.Label) is not { } label)
            return new Outcome.Refused(RefusalCode.NotFound, $"The preset has no label \"{change.Label}\".");
        if (label.Protected && !change.MayPromote)
            return MayNotPromote(change.Label);
        return Finish(
            change,
            After with { Labels = After.Labels.Without(change.Label) },
            [new Effect("label_removed", Label: change.Label, From: Effect.Json(label.Version))]);
    }

    private Outcome Make(Purge purge)
    {
        if (After.Status != PresetStatus.Archived)
            return new Outcome.Refused(
                RefusalCode.PresetNotArchived, "Only an archived preset can be purged: archive it first.");
        Record(purge, After, [new Effect("purged")]);
        Removes = true;
        return new Outcome.Done(null);
    }

    private Outcome Finish(Change change, Preset after, List<Effect> effects)
    {
        // What changes nothing makes no revision.
        if (effects.Count > 0)
            Record(change, after, effects);
        return HeadNow() is { } head ? new Outcome.Done(head) : Incomplete();
    }

    private void Record(Change change, Preset after, IEnumerable<Effect> effects)
    {
        After = after with { Revision = After.Revision + 1, UpdatedAt = Time };
        history.Add(new HistoryEntry(
            change.Id,
            After.FullName,
            change is Purge ? null : After.Id,
            After.Revision,
            Time,
            change.UserId,
            change.Key,
            change.Message,
            change.RequestId,
            Effect.ToText(effects)));
    }

    private static Outcome.Refused? Set(ref LabelSet labels, Append append, int version, List<Effect> effects)
    {
        foreach (var name in append.Labels)
            if (Set(ref labels, append, name, version, null, effects) is { } refused)
                return refused;
        return null;
    }

    private static Outcome.Refused? Set(
        ref LabelSet labels, Change change, string name, int version, bool? isProtected, List<Effect> effects)
    {
        var former = labels.Find(name);
        var label = new Label(name, version, isProtected ?? former?.Protected ?? false);
        if (label == former)
            return null;
        if (!change.MayPromote && (label.Protected || former is { Protected: true }))
            return MayNotPromote(name);
        if (former is null && labels.Count == LabelSet.Most)
            return new Outcome.Refused(
                RefusalCode.InvalidField, $"A preset has at most {LabelSet.Most} labels.", "label");
        if (former?.Version != version)
            effects.Add(new Effect(
                "label_set",
                Label: name,
                From: former is null ? null : Effect.Json(former.Version),
                To: Effect.Json(version)));
        if ((former?.Protected ?? false) != label.Protected)
            effects.Add(new Effect(label.Protected ? "label_protected" : "label_unprotected", Label: name));
        labels = labels.With(label);
        return null;
    }

    private static Preset Designating(Preset preset, PresetVersion version) => preset with
    {
        DesignatedVersion = version.Version,
        DesignatedVersionId = version.Id,
        Model = ConfigMembers.ModelOf(version.Config.Span) ?? "",
    };

    // Token for token: the order of members and the spelling of numbers count.
    private static bool IsUnchanged(Append append, PresetVersion version) =>
        JsonEquality.AreSame(append.Config.Span, version.Config.Span)
        && append.SystemPrompt.HasValue == version.SystemPrompt.HasValue
        && append.SystemPrompt.GetValueOrDefault().Span.SequenceEqual(version.SystemPrompt.GetValueOrDefault().Span);

    private static Outcome.Refused NoVersion(int number, string field) =>
        new(RefusalCode.InvalidField, $"The preset has no version {number}.", field);

    private static Outcome.Refused MayNotPromote(string label) =>
        new(RefusalCode.MissingScope, $"The label \"{label}\" is protected: the key lacks the scope \"promote\".");

    private Outcome.Refused Archived() =>
        new(RefusalCode.PresetArchived, $"Preset \"{After.FullName.Slug}\" is archived.");

    private Outcome.Refused Incomplete()
    {
        IsComplete = false;
        return new(RefusalCode.Unavailable, "A version of the preset was not read.");
    }

    /// <summary>The preset as it is now; null when there is none.</summary>
    private PresetHead? HeadNow()
    {
        if (After.IsNew)
            return null;
        if (VersionOf(After.DesignatedVersion) is { } version)
            return new PresetHead(After, version);
        IsComplete = false;
        return null;
    }

    /// <summary>The preset as the change left it that made <paramref name="version"/>.</summary>
    private PresetHead? HeadThen(PresetVersion version)
    {
        if (HeadNowOrDesignated(version) is not { } head)
            return null;
        return head with
        {
            Preset = head.Preset with
            {
                LatestVersion = version.Version,
                Revision = version.Revision,
                UpdatedAt = version.CreatedAt,
            },
        };
    }

    private PresetHead? HeadNowOrDesignated(PresetVersion version) =>
        version.Designates ? new PresetHead(Designating(After, version), version) : HeadNow();

    private PresetVersion? VersionOf(int number)
    {
        if (versions.Count > 0 && number >= versions[0].Version)
            return versions[number - versions[0].Version];
        foreach (var version in facts.Versions)
            if (version.Version == number && version.PresetId == After.Id)
                return version;
        return null;
    }

    private PresetVersion? FindStored(Guid id)
    {
        if (facts.StoredVersions.Count > 0 && facts.StoredVersions.TryGetValue(id, out var stored))
            return stored;
        foreach (var version in versions)
            if (version.Id == id)
                return version;
        return null;
    }

    private UsedKey? FindKey(string key)
    {
        foreach (var used in keys)
            if (used.Key.Key == key)
                return new UsedKey(used.Key.Fingerprint, used.PresetId, FindStored(used.ChangeId));
        return facts.UsedKeys.GetValueOrDefault(key);
    }
}

/// <summary>An idempotency key that a plan uses.</summary>
/// <param name="ChangeId">
/// The id of the version that it stands for, or of the change when that is not about one.
/// </param>
public sealed record UsedNow(Idempotency Key, Guid PresetId, Guid ChangeId);
