namespace Presets;

/// <summary>The rules of <see cref="Append"/>.</summary>
internal static class AppendRules
{
    /// <summary>Decides it.</summary>
    public static Outcome Decide(PlanDraft draft, Append append)
    {
        if (draft.After.Status == PresetStatus.Archived)
            return draft.Archived();
        if (append.SkipUnchanged && !draft.After.IsNew)
        {
            var number = append.Designate ? draft.After.DesignatedVersion : draft.After.LatestVersion;
            if (draft.VersionOf(number) is not { } last)
                return draft.Incomplete();
            if (IsUnchanged(append, last))
                return Skip(draft, append, last);
        }

        return Append(draft, append);
    }

    private static Outcome Append(PlanDraft draft, Append append)
    {
        var number = draft.After.LatestVersion + 1;
        var designates = append.Designate || draft.After.IsNew;
        var labels = draft.After.Labels;
        List<Effect>? effects = null;
        if (!designates || append.Labels.Count > 0 || draft.After.DesignatedVersion != draft.After.LatestVersion)
        {
            effects = [new Effect("version_created", number)];
            if (designates)
                effects.Add(Effect.Designated(draft.After.DesignatedVersion, number));
            if (LabelRules.Set(ref labels, append, number, effects) is { } refused)
                return refused;
        }

        var version = new PresetVersion(
            append.Id,
            draft.After.Id,
            number,
            draft.After.Revision + 1,
            append.UserId,
            draft.Time,
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
        draft.Versions.Add(version);
        draft.After = draft.After with
        {
            // A change before it that was refused may have been another user's.
            CreatorUserId = draft.After.IsNew ? append.UserId : draft.After.CreatorUserId,
            LatestVersion = number,
            Revision = version.Revision,
            UpdatedAt = draft.Time,
            Labels = labels,
        };
        if (designates)
            draft.After = PlanDraft.Designating(draft.After, version);
        return draft.HeadNow() is { } head ? new Outcome.Done(head, number) : draft.Incomplete();
    }

    private static Outcome Skip(PlanDraft draft, Append append, PresetVersion last)
    {
        var effects = new List<Effect>();
        var labels = draft.After.Labels;
        if (LabelRules.Set(ref labels, append, last.Version, effects) is { } refused)
            return refused;
        if (effects.Count > 0)
            draft.Record(append, draft.After with { Labels = labels }, effects);
        return draft.HeadNow() is { } head ? new Outcome.Done(head, last.Version, Skipped: true) : draft.Incomplete();
    }

    // Token for token: the order of members and the spelling of numbers count.
    private static bool IsUnchanged(Append append, PresetVersion version) =>
        JsonEquality.AreSame(append.Config.Span, version.Config.Span)
        && append.SystemPrompt.HasValue == version.SystemPrompt.HasValue
        && append.SystemPrompt.GetValueOrDefault().Span.SequenceEqual(version.SystemPrompt.GetValueOrDefault().Span);
}
