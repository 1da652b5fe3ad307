namespace Presets;

/// <summary>The rules of labels.</summary>
internal static class LabelRules
{
    /// <summary>Decides it.</summary>
    public static Outcome Decide(PlanDraft draft, SetLabel change)
    {
        if (draft.After.Status == PresetStatus.Archived)
            return draft.Archived();
        if (change.Version < 1 || change.Version > draft.After.LatestVersion)
            return PlanDraft.NoVersion(change.Version, "version");
        var labels = draft.After.Labels;
        var effects = new List<Effect>();
        return Set(ref labels, change, change.Label, change.Version, change.Protected, effects)
            ?? draft.Finish(change, draft.After with { Labels = labels }, effects);
    }

    /// <summary>Decides it.</summary>
    public static Outcome Decide(PlanDraft draft, RemoveLabel change)
    {
        if (draft.After.Status == PresetStatus.Archived)
            return draft.Archived();
        if (draft.After.Labels.Find(change.Label) is not { } label)
            return new Outcome.Refused(RefusalCode.NotFound, $"The preset has no label \"{change.Label}\".");
        if (MayNotMove(change, label) is { } refused)
            return refused;
        return draft.Finish(
            change,
            draft.After with { Labels = draft.After.Labels.Without(change.Label) },
            [new Effect("label_removed", Label: change.Label, From: Effect.Json(label.Version))]);
    }

    /// <summary>Sets the labels of an append.</summary>
    /// <returns>Why it may not; null when it did.</returns>
    public static Outcome.Refused? Set(ref LabelSet labels, Append append, int version, List<Effect> effects)
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
        if ((MayNotMove(change, label) ?? MayNotMove(change, former)) is { } refused)
            return refused;
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

    private static Outcome.Refused? MayNotMove(Change change, Label? label) =>
        change.MayPromote || label is null || !(label.Protected || change.Guarded)
            ? null
            : new(
                RefusalCode.MissingScope,
                $"The label \"{label.Name}\" is protected: the key lacks the scope \"promote\".");
}
