using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Routing.Template;

namespace Presets.Console;

/// <summary>The forms of management keys.</summary>
internal sealed class ManagementPages(KeyForms keys, WorkspaceForms workspaces, ConsoleOptions options)
{
    /// <summary>The field with the idempotency of a form: sent twice, it makes its change once.</summary>
    public const string RequestField = "request";

    private readonly IReadOnlyList<ManagementForm> forms = [.. keys.All, .. workspaces.All];

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var form in forms)
        {
            routes.MapPage(form.Route, KeyScopes.None, visit => ShowAsync(visit, form));
            routes.MapForm(form.Route, [], visit => SendAsync(visit, form));
        }
    }

    /// <summary>Makes sure that a management key is signed in.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.Forbidden"/>.</exception>
    public static void Check(Visit visit)
    {
        if (!visit.Key.IsManagement)
            throw RequiredKey.NoManagement();
    }

    /// <inheritdoc cref="ChangePages.ShowAgainAsync"/>
    public async Task<Reply?> ShowAgainAsync(Visit visit, string target, Fields fields)
    {
        if (!visit.Key.IsManagement)
            return null;
        foreach (var form in forms)
        {
            var values = new RouteValueDictionary();
            var matcher = new TemplateMatcher(TemplateParser.Parse($"{options.Path[1..]}/{form.Route}"), []);
            if (!matcher.TryMatch(target.Split('?')[0], values))
                continue;
            var id = (string?)values["id"] ?? "";
            var draft = await form.OpenAsync(visit, id);
            return PageOf(Planned(draft, ViewOf(visit, form, draft, id, fields)) with
            {
                Notice = "You are signed in again. Nothing was changed yet: this is what you had typed.",
            });
        }

        return null;
    }

    private static async Task<Reply> ShowAsync(Visit visit, ManagementForm form)
    {
        Check(visit);
        var id = IdOf(visit);
        var draft = await form.OpenAsync(visit, id);
        var view = ViewOf(visit, form, draft, id, new Fields(draft.Initial));
        return PageOf(draft.Inputs.Count == 0 ? Planned(draft, view) : view);
    }

    private static async Task<Reply> SendAsync(Visit visit, ManagementForm form)
    {
        Check(visit);
        var id = IdOf(visit);
        var posted = visit.Context.Request.Form;
        var draft = await form.OpenAsync(visit, id);
        var view = ViewOf(visit, form, draft, id, new Fields(posted));
        if (!visit.IsGenuine(posted))
        {
            return PageOf(
                Planned(draft, view) with
                {
                    Notice = "This form is of an earlier session. Nothing was changed: check it, and send it again.",
                },
                StatusCodes.Status403Forbidden);
        }

        view = view with { IsOvertaken = view.Fields[ChangePages.StateField] != draft.State };
        try
        {
            var change = draft.ChangeOf(view.Fields);
            view = view with { Lines = change.Lines, IsSent = true };
            if (view.IsOvertaken)
                return PageOf(view, StatusCodes.Status412PreconditionFailed);
            // Not announced yet, or typed since.
            if (view.Lines.Count == 0 || view.Announced != view.Fields[ChangePages.AnnouncedField])
                return PageOf(view);
            var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes($"{form.Route}\n{id}\n{view.Announced}"));
            return await change.MakeAsync(new Idempotency($"console-{view.RequestId}", fingerprint));
        }
        catch (Exception failure) when (ErrorMiddleware.RefusalOf(failure) is
        {
            Code: not RefusalCode.InternalError
        } refusal)
        {
            // What was typed stays.
            return PageOf(view with { Error = refusal.Message }, ErrorMap.Of(refusal.Code).Status);
        }
    }

    private static string IdOf(Visit visit) => (string?)visit.Context.Request.RouteValues["id"] ?? "";

    private static FormView ViewOf(Visit visit, ManagementForm form, FormDraft draft, string id, Fields fields) => new(
        form.Title,
        draft.Name,
        form.Verb,
        visit.Url(form.Route.Replace("{id}", id, StringComparison.Ordinal)),
        visit.Url(form.List),
        draft.Inputs,
        fields,
        draft.State,
        Guid.TryParse(fields[RequestField], out var request) ? request : Guid.NewGuid());

    // What is wrong with what was typed is said on the form.
    private static FormView Planned(FormDraft draft, FormView view)
    {
        try
        {
            return view with { Lines = draft.ChangeOf(view.Fields).Lines };
        }
        catch (Refusal refusal)
        {
            return view with { Error = refusal.Message };
        }
    }

    private static Page PageOf(FormView view, int status = StatusCodes.Status200OK) =>
        Page.Of<FormPage>(view.Name is null ? view.Title : $"{view.Title}: {view.Name}", ("View", view)) with
        {
            Status = status,
        };
}
