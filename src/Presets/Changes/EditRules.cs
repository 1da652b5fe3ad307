namespace Presets;

/// <summary>The rules of <see cref="Edit"/>.</summary>
internal static class EditRules
{
    /// <summary>Decides it.</summary>
    public static Outcome Decide(PlanDraft draft, Edit edit)
    {
        if (edit.RefusesDisabled && draft.After.Status == PresetStatus.Disabled)
            return new Outcome.Refused(
                RefusalCode.PresetDisabled, $"Preset \"{draft.After.FullName.Slug}\" is disabled.");
        if (draft.After.Status == PresetStatus.Archived
            && edit.Status is null or PresetStatus.Archived
            && !edit.ChangesStatusAlone)
            return draft.Archived();
        var effects = new List<Effect>();
        var after = draft.After;
        if (edit.Status is { } status && status != after.Status)
        {
            effects.Add(new Effect(status switch
            {
                PresetStatus.Archived => "archived",
                PresetStatus.Disabled => "disabled",
                _ when after.Status == PresetStatus.Archived => "restored",
                _ => "enabled",
            }));
            after = after with { Status = status, StatusUpdatedAt = draft.Time };
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
                return PlanDraft.NoVersion(number, "designated_version");
            if (draft.VersionOf(number) is not { } version)
                return draft.Incomplete();
            effects.Add(Effect.Designated(after.DesignatedVersion, number));
            after = PlanDraft.Designating(after, version);
        }

        return draft.Finish(edit, after, effects);
    }
}
