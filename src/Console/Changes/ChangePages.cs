using System.Collections.ObjectModel;

namespace Presets.Console;

/// <summary>
/// The forms of <see cref="Gestures"/>. A form says what it will do before it does it, and carries the state that it
/// was shown for: what somebody else changed meanwhile is shown, and what was typed stays.
/// </summary>
internal sealed class ChangePages(
    IPresets presets, IPresetStore store, AnnouncedChanges changes, ConsoleOptions options)
{
    /// <summary>The field that carries the state a form was shown for.</summary>
    public const string StateField = "state";

    /// <summary>The field that carries what a form has announced.</summary>
    public const string AnnouncedField = "announced";

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var gesture in Gestures.All)
        {
            var size = gesture.MakesVersion ? FormSize.Config : FormSize.Small;
            routes.MapPage(gesture.Route, gesture.AnyOf, visit => AnswerAsync(visit, gesture, ShowAsync));
            routes.MapForm(gesture.Route, gesture.AnyOf, visit => AnswerAsync(visit, gesture, SendAsync), size);
        }
    }

    /// <inheritdoc cref="KeptForm"/>
    public async Task<Reply?> ShowAgainAsync(Visit visit, string target, Fields fields)
    {
        var (gesture, values) = Gestures.All
            .Select(each => (each, KeptForms.Match(options, each.Route, target)))
            .FirstOrDefault(each => each.Item2 is not null);
        if (values is null || gesture.FaultOf(visit.Key) is not null)
            return null;
        var form = new ChangeForm(gesture, fields)
        {
            Notice = KeptForms.SignedInAgain("changed"),
        };
        return await PageOfAsync(visit, (string?)values["slug"] ?? form.Fields["slug"], form);
    }

    private static Task<Reply> AnswerAsync(Visit visit, Gesture gesture, Func<Visit, Gesture, Task<Reply>> handler) =>
        gesture.FaultOf(visit.Key) is { } fault ? throw fault : handler(visit, gesture);

    private Task<Reply> ShowAsync(Visit visit, Gesture gesture)
    {
        var form = new ChangeForm(gesture, new(visit.Context.Request.Query));
        return PageOfAsync(visit, SlugOf(visit, form), form);
    }

    private async Task<Reply> SendAsync(Visit visit, Gesture gesture)
    {
        var posted = visit.Context.Request.Form;
        var form = new ChangeForm(gesture, new Fields(posted));
        var slug = SlugOf(visit, form);
        if (!visit.IsGenuine(posted))
        {
            return await PageOfAsync(visit, slug, form with
            {
                Notice = KeptForms.OfEarlierSession("changed"),
                Status = StatusCodes.Status403Forbidden,
            });
        }

        EntityTag? seen = EntityTag.TryParse(form.Fields[StateField], out var tag) ? tag : null;
        try
        {
            var snapshot = await FindAsync(visit, slug, gesture);
            if (seen is { } state && snapshot is not null && state != snapshot.Tag)
                return await PageOfAsync(visit, slug, form with { Seen = state });
            var announced = await changes.TryAsync(visit, slug, snapshot, form);
            // Not announced yet, or typed since.
            if (announced is not { Lines.Count: > 0 } || announced.ToString() != form.Fields[AnnouncedField])
            {
                return await PageOfAsync(visit, slug, form with
                {
                    IsSent = true,
                    Notice = form.Fields.Text(AnnouncedField) is null
                        ? null
                        : "You changed something since. Nothing was done yet: check what will change, and confirm it.",
                });
            }

            var answer = await changes.MakeAsync(
                visit, slug!, snapshot, announced.Change, form.Fields.Text("message"));
            var page = announced is { Made: not null, Designates: false } ? $"versions/{answer.Version}" : "";
            return new SeeOther(visit.PresetUrl(slug!, page, ("done", answer.Preset?.Revision)));
        }
        catch (Exception failure) when (ErrorMiddleware.RefusalOf(failure) is
        {
            Code: not RefusalCode.InternalError
        } refusal)
        {
            // Another writer came in between, or it is refused: what was typed stays.
            return await PageOfAsync(visit, slug, refusal.Code == RefusalCode.PreconditionFailed
                ? form with { Seen = seen }
                : form with { Error = refusal.Message, Status = ErrorMap.Of(refusal.Code).Status });
        }
    }

    // What is wrong with what was typed is said on the form.
    private async Task<Reply> PageOfAsync(Visit visit, string? slug, ChangeForm form)
    {
        var snapshot = await FindAsync(visit, slug, form.Gesture);
        var preset = snapshot is null ? null : PresetView.Of(snapshot);
        form = form with { Fields = form.Fields.Or(await InitialAsync(visit, snapshot, preset, form)) };
        try
        {
            form = form with { Announcement = await changes.TryAsync(visit, slug, snapshot, form) };
        }
        catch (Refusal refusal) when (ErrorMap.Of(refusal.Code).Status is >= 400 and < 500)
        {
            form = form with
            {
                Error = refusal.Message,
                IsTaken = snapshot is null && refusal.Code == RefusalCode.PreconditionFailed,
                Status = ErrorMap.Of(refusal.Code).Status,
            };
        }

        if (form.Seen is { } seen && snapshot is not null && seen.PresetId == snapshot.PresetId)
        {
            var news = (int)Math.Min(snapshot.Revision - seen.Revision, 10);
            form = form with
            {
                Status = StatusCodes.Status412PreconditionFailed,
                News = await store.ListHistoryAsync(snapshot, slug!, 0, Math.Max(news, 1), visit.Cancelled),
            };
        }

        var comparison = snapshot is null ? null : await CompareAsync(visit, snapshot, form);
        var title = preset is null ? form.Gesture.Title : $"{form.Gesture.Title}: {preset.Name}";
        (string, object?)[] parameters = [("Preset", preset), ("Form", form), ("Comparison", comparison)];
        var page = form.Gesture.MakesVersion
            ? Page.Of<EditPage>(title, parameters)
            : Page.Of<ChangePage>(title, parameters);
        return page with { Status = form.Status, HasEditor = form.Gesture.MakesVersion };
    }

    // A change of the designated version and a new one show how the versions differ, to a key that may read them.
    private async Task<Comparison?> CompareAsync(Visit visit, PresetSnapshot snapshot, ChangeForm form)
    {
        if (form.Announcement is not { Lines.Count: > 0 } announced || visit.Key.Lacks(KeyScopes.Read) is not null)
            return null;
        var to = announced is { Change: Edit { DesignatedVersion: { } version } }
            ? await VersionEndpoints.FindAsync(store, snapshot, version, visit.Cancelled)
            : announced.Made;
        return to is null
            ? null
            : Comparison.Of(
                await VersionEndpoints.FindAsync(store, snapshot, snapshot.Version, visit.Cancelled), to);
    }

    private async Task<IReadOnlyDictionary<string, string>> InitialAsync(
        Visit visit, PresetSnapshot? snapshot, PresetView? preset, ChangeForm form)
    {
        if (!form.Gesture.MakesVersion)
            return form.Gesture.Initial(preset!);
        if (form.Fields[Draft.ConfigField] is not null)
            return ReadOnlyDictionary<string, string>.Empty;
        if (snapshot is null)
            return Draft.First;
        var number = form.Fields.Text("version") is { } version
            ? VersionEndpoints.NumberOf(snapshot, version, "version")
            : snapshot.Version;
        return Draft.FieldsOf(await VersionEndpoints.FindAsync(store, snapshot, number, visit.Cancelled));
    }

    // The preset that a form is about; null for one that makes a preset.
    private async Task<PresetSnapshot?> FindAsync(Visit visit, string? slug, Gesture gesture) =>
        gesture.MakesPreset ? null : await PresetPages.FindAsync(presets, visit, slug!);

    private static string? SlugOf(Visit visit, ChangeForm form) =>
        form.Gesture.MakesPreset ? form.Fields["slug"] : PresetWorkspace.SlugOf(visit.Context);
}
