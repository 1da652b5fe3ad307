using System.Security.Cryptography;
using System.Text;

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

    /// <inheritdoc cref="KeptForm"/>
    public async Task<Reply?> ShowAgainAsync(Visit visit, string target, Fields fields)
    {
        if (!visit.Key.IsManagement)
            return null;
        foreach (var form in forms)
        {
            if (KeptForms.Match(options, form.Route, target) is not { } values)
                continue;
            var id = (string?)values["id"] ?? "";
            var draft = await form.OpenAsync(visit, id);
            return PageOf(Planned(draft, ViewOf(visit, form, draft, id, fields)) with
            {
                Notice = KeptForms.SignedInAgain("changed"),
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
                    Notice = KeptForms.OfEarlierSession("changed"),
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
            // What was typed stays. A form that has made its change makes another one when it is sent again.
            view = WhyMade(view, refusal.Code) is { } message
                ? view with { Error = message, RequestId = Guid.NewGuid() }
                : view with { Error = refusal.Message };
            return PageOf(view, ErrorMap.Of(refusal.Code).Status);
        }
    }

    // The API's messages are about a header, which no form has.
    private static string? WhyMade(FormView view, RefusalCode code) => code switch
    {
        RefusalCode.KeyAlreadyCreated =>
            "This form has made a key already. A key is shown once: if you lost it, delete it. Send the form again to "
            + "make another one.",
        RefusalCode.IdempotencyKeyReused =>
            "This form has made something else already. Send it again to do this, too.",
        RefusalCode.NotFound when view.Name is null =>
            "This form has made a workspace already, which has been deleted since. Send it again to make another one.",
        _ => null,
    };

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
