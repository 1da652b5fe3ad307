namespace Presets;

/// <summary>A preset as the changes that are decided so far leave it, and the rows that they need.</summary>
/// <param name="before">The preset as it is stored.</param>
/// <param name="facts">What is known beside it.</param>
/// <param name="time">The time of the changes.</param>
/// <param name="changes">How many changes are to be decided.</param>
internal sealed class PlanDraft(Preset before, ChangeFacts facts, DateTimeOffset time, int changes)
{
    /// <summary>The time of the changes.</summary>
    public DateTimeOffset Time => time;

    /// <summary>What is known beside the preset.</summary>
    public ChangeFacts Facts => facts;

    /// <summary>The state so far.</summary>
    public Preset After { get; set; } = before;

    /// <summary>The versions to insert.</summary>
    public List<PresetVersion> Versions { get; } = new(changes);

    /// <summary>The changes to record that are not versions.</summary>
    public List<HistoryEntry> History { get; } = [];

    /// <summary>Whether nothing was missing that a rule asked for.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>The preset with another designated version.</summary>
    public static Preset Designating(Preset preset, PresetVersion version) => preset with
    {
        DesignatedVersion = version.Version,
        DesignatedVersionId = version.Id,
        Model = ConfigMembers.ModelOf(version.Config.Span),
    };

    /// <summary>The refusal of a number that names no version.</summary>
    public static Outcome.Refused NoVersion(int number, string field) =>
        new(RefusalCode.InvalidField, $"The preset has no version {number}.", field);

    /// <summary>The refusal of an archived preset.</summary>
    public Outcome.Refused Archived() =>
        new(RefusalCode.PresetArchived, $"Preset \"{After.FullName.Slug}\" is archived.");

    /// <summary>Says that a version must be read before the change can be decided.</summary>
    public Outcome.Refused Incomplete()
    {
        IsComplete = false;
        return new(RefusalCode.Unavailable, "A version of the preset was not read.");
    }

    /// <summary>A version by its number; null when it was not read.</summary>
    public PresetVersion? VersionOf(int number)
    {
        if (Versions.Count > 0 && number >= Versions[0].Version)
            return Versions[number - Versions[0].Version];
        foreach (var version in facts.Versions)
            if (version.Version == number && version.PresetId == After.Id)
                return version;
        return null;
    }

    /// <summary>The preset as it is now; null when there is none.</summary>
    public PresetHead? HeadNow()
    {
        if (After.IsNew)
            return null;
        if (VersionOf(After.DesignatedVersion) is { } version)
            return new PresetHead(After, version);
        IsComplete = false;
        return null;
    }

    /// <summary>Ends a change that is not a version. What changes nothing makes no revision.</summary>
    public Outcome Finish(Change change, Preset after, List<Effect> effects)
    {
        if (effects.Count > 0)
            Record(change, after, effects);
        return HeadNow() is { } head ? new Outcome.Done(head) : Incomplete();
    }

    /// <summary>Makes the next revision, and a record of it.</summary>
    public void Record(Change change, Preset after, IEnumerable<Effect> effects)
    {
        After = after with { Revision = After.Revision + 1, UpdatedAt = Time };
        History.Add(new HistoryEntry(
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
}
