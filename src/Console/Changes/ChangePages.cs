using Microsoft.AspNetCore.Routing.Template;

namespace Presets.Console;

/// <summary>
/// The forms of <see cref="Gestures"/>. A form says what it will do before it does it, and carries the state that it
/// was shown for: what somebody else changed meanwhile is shown, and what was typed stays.
/// </summary>
internal sealed class ChangePages(IPresets presets, IPresetStore store, PresetWrites writes, ConsoleOptions options)
{
    /// <summary>The field that carries the state a form was shown for.</summary>
    public const string StateField = "state";

    /// <summary>The field that carries what a form has announced.</summary>
    public const string AnnouncedField = "announced";

    private const string Route = "presets/{slug}/{gesture}";

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var gesture in Gestures.All)
        {
            var pattern = "presets/{slug}/" + gesture.Name;
            routes.MapPage(pattern, gesture.AnyOf, visit => ShowAsync(visit, gesture));
            routes.MapForm(pattern, gesture.AnyOf, visit => SendAsync(visit, gesture));
        }
    }

    /// <summary>
    /// A form that was sent without a session, filled in and not carried out; null when the address is none of a form,
    /// or when the key may not use it.
    /// </summary>
    /// <param name="target">The address that it was sent to.</param>
    public async Task<Reply?> ShowAgainAsync(Visit visit, string target, Fields fields)
    {
        var values = new RouteValueDictionary();
        var matcher = new TemplateMatcher(TemplateParser.Parse(options.Path[1..] + "/" + Route), []);
        if (!matcher.TryMatch(target.Split('?')[0], values)
            || Gestures.All.FirstOrDefault(each => each.Name == (string)values["gesture"]!) is not { } gesture
            || visit.Key.Lacks(gesture.AnyOf) is not null)
            return null;
        var form = new ChangeForm(gesture, fields)
        {
            Notice = "You are signed in again. Nothing was changed yet: this is what you had typed.",
        };
        return await PageOfAsync(visit, (string)values["slug"]!, form);
    }

    private Task<Reply> ShowAsync(Visit visit, Gesture gesture) =>
        PageOfAsync(
            visit, PresetWorkspace.SlugOf(visit.Context), new ChangeForm(gesture, new(visit.Context.Request.Query)));

    private async Task<Reply> SendAsync(Visit visit, Gesture gesture)
    {
        var slug = PresetWorkspace.SlugOf(visit.Context);
        var posted = visit.Context.Request.Form;
        var form = new ChangeForm(gesture, new Fields(posted));
        if (!visit.IsGenuine(posted))
        {
            return await PageOfAsync(visit, slug, form with
            {
                Notice = "This form is of an earlier session. Nothing was changed: check it, and send it again.",
                Status = StatusCodes.Status403Forbidden,
            });
        }

        EntityTag? seen = EntityTag.TryParse(form.Fields[StateField], out var tag) ? tag : null;
        try
        {
            var snapshot = await PresetPages.FindAsync(presets, visit, slug);
            if (seen is { } state && state != snapshot.Tag)
                return await PageOfAsync(visit, slug, form with { Seen = state });
            var change = gesture.ChangeOf(visit.Key, form.Fields);
            var announced = await AnnounceAsync(visit, snapshot, change);
            // Not announced yet, or typed since.
            if (announced is not { Count: > 0 } || TextOf(announced) != form.Fields[AnnouncedField])
                return await PageOfAsync(visit, slug, form with { IsSent = true });
            var answer = await ChangeAsync(visit, slug, change!, snapshot.Tag, form.Fields.Text("message"));
            return new SeeOther(visit.PresetUrl(slug, "", ("done", answer.Preset?.Revision)));
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
    private async Task<Reply> PageOfAsync(Visit visit, string slug, ChangeForm form)
    {
        var snapshot = await PresetPages.FindAsync(presets, visit, slug);
        var preset = PresetView.Of(snapshot);
        form = form with { Fields = form.Fields.Or(form.Gesture.Initial(preset)) };
        try
        {
            var change = form.Gesture.ChangeOf(visit.Key, form.Fields);
            form = form with { Lines = await AnnounceAsync(visit, snapshot, change) };
        }
        catch (Refusal refusal) when (ErrorMap.Of(refusal.Code).Status is >= 400 and < 500)
        {
            form = form with { Error = refusal.Message, Status = ErrorMap.Of(refusal.Code).Status };
        }

        if (form.Seen is { } seen && seen.PresetId == snapshot.PresetId)
        {
            var news = (int)Math.Min(snapshot.Revision - seen.Revision, 10);
            form = form with
            {
                Status = StatusCodes.Status412PreconditionFailed,
                News = await store.ListHistoryAsync(snapshot, slug, 0, Math.Max(news, 1), visit.Cancelled),
            };
        }

        return Page.Of<ChangePage>(
            $"{form.Gesture.Title}: {preset.Name}",
            ("Preset", preset),
            ("Form", form),
            ("Announced", TextOf(form.Lines ?? [])),
            ("Comparison", await CompareAsync(visit, snapshot, form))) with
        {
            Status = form.Status,
        };
    }

    // A change of the designated version shows how the versions differ.
    private async Task<Comparison?> CompareAsync(Visit visit, PresetSnapshot snapshot, ChangeForm form) =>
        form is { Gesture.Name: "designate", Lines.Count: > 0 } && form.Fields.Number("version") is { } version
            ? Comparison.Of(
                await VersionEndpoints.FindAsync(store, snapshot, snapshot.Version, visit.Cancelled),
                await VersionEndpoints.FindAsync(store, snapshot, version, visit.Cancelled))
            : null;

    /// <summary>What a change would do: it is tried. Null while there is none.</summary>
    private async Task<IReadOnlyList<EffectLine>?> AnnounceAsync(Visit visit, PresetSnapshot snapshot, Change? change)
    {
        if (change is null)
            return null;
        var before = PresetView.Of(snapshot);
        var answer = await writes.SendAsync(
            visit.Key,
            new PresetName(visit.Workspace.Id, before.Slug),
            change with { IsDryRun = true, Precondition = new Precondition([snapshot.Tag]) },
            visit.Cancelled);
        return EffectLine.Between(before, PresetView.Of(answer.Preset!));
    }

    private ValueTask<ChangeAnswer> ChangeAsync(
        Visit visit, string slug, Change change, EntityTag seen, string? message) =>
        writes.SendAsync(
            visit.Key,
            new PresetName(visit.Workspace.Id, slug),
            change with
            {
                Precondition = new Precondition([seen]),
                Message = WriteOptions.Valid(message),
                RequestId = RequestIds.Of(visit.Context),
            },
            visit.Cancelled);

    private static string TextOf(IReadOnlyList<EffectLine> lines) => string.Join('\n', lines);
}
