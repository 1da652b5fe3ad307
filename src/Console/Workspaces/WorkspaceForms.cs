using System.Text.Json.Serialization.Metadata;

namespace Presets.Console;

/// <summary>What is done to workspaces: by the endpoints of the API, with their records and their rules.</summary>
internal sealed class WorkspaceForms(WorkspaceChanges workspaces, IPresetStore presets)
{
    private static readonly IReadOnlyList<Input> Inputs =
    [
        new("name", "Name", InputKind.Text, "What people call it."),
        new("slug", "Slug", InputKind.Text, "Lower-case letters and digits in parts separated by single hyphens."),
        new("description", "Description", InputKind.Lines, "What it is for."),
        new("default_text_model", "Default model", InputKind.Text, "Such as openai/gpt-4o. It may be empty."),
        new(
            "default_provider_sort",
            "Default provider sort",
            InputKind.Text,
            "price, throughput, latency or exacto. It may be empty."),
        new(
            "guarded",
            "Guarded",
            InputKind.Flag,
            "Whether a key needs the scope promote to designate a new version and to move any label."),
    ];

    /// <summary>All of them.</summary>
    public IReadOnlyList<ManagementForm> All =>
    [
        new("workspaces/new", "Create a workspace", "Create the workspace", OpenNewAsync),
        new("workspaces/{id}/edit", "Edit a workspace", "Save", OpenEditAsync),
        new("workspaces/{id}/delete", "Delete a workspace", "Delete", OpenDeleteAsync),
    ];

    private Task<FormDraft> OpenNewAsync(Visit visit, string _) => Task.FromResult(
        new FormDraft(
            Name: null, Inputs, new Dictionary<string, string>(), State: "", fields => PlanNew(visit, fields)));

    private PlannedChange PlanNew(Visit visit, Fields fields)
    {
        var request = new CreateWorkspaceRequest
        {
            Name = fields["name"],
            Slug = fields["slug"],
            Description = fields.Text("description"),
            DefaultTextModel = fields.Text("default_text_model"),
            DefaultProviderSort = fields.Text("default_provider_sort"),
            Guarded = GuardedOf(fields),
        };
        RecordRules.Check((JsonTypeInfo)ApiJson.Instance.CreateWorkspaceRequest, request);
        var lines = new List<EffectLine> { new($"A workspace \"{request.Name}\", {request.Slug}, without keys") };
        AddMembers(lines, before: null, request);
        return new PlannedChange(lines, async idempotency =>
        {
            var body = new JsonBody<CreateWorkspaceRequest> { Value = request, Idempotency = idempotency };
            var made = await workspaces.CreateAsync(body, visit.Key, visit.Context.Response, visit.Cancelled);
            return new SeeOther(visit.UrlIn(made, "workspaces"));
        });
    }

    private async Task<FormDraft> OpenEditAsync(Visit visit, string id)
    {
        var workspace = await workspaces.FindAsync(id, visit.Cancelled);
        var initial = new Dictionary<string, string>
        {
            ["name"] = workspace.Name,
            ["slug"] = workspace.Slug,
            ["description"] = workspace.Description ?? "",
            ["default_text_model"] = workspace.DefaultTextModel ?? "",
            ["default_provider_sort"] = workspace.DefaultProviderSort ?? "",
            ["guarded"] = workspace.Guarded ? "true" : "false",
        };
        return new FormDraft(
            workspace.Name, Inputs, initial, StateOf(workspace), fields => PlanEdit(visit, workspace, fields));
    }

    private PlannedChange PlanEdit(Visit visit, Workspace workspace, Fields fields)
    {
        var typed = new UpdateWorkspaceRequest
        {
            Name = fields["name"],
            Slug = fields["slug"],
            Description = fields.Text("description"),
            DefaultTextModel = fields.Text("default_text_model"),
            DefaultProviderSort = fields.Text("default_provider_sort"),
            Guarded = GuardedOf(fields),
        };
        RecordRules.Check((JsonTypeInfo)ApiJson.Instance.UpdateWorkspaceRequest, typed);
        var lines = new List<EffectLine>();
        EffectLine.Add(lines, "name", workspace.Name, typed.Name);
        EffectLine.Add(lines, "slug", workspace.Slug, typed.Slug);
        AddMembers(lines, workspace, typed);
        // What stays is left out: somebody else may be changing it. What was emptied is cleared.
        var cleared = new HashSet<string>();
        var request = typed with
        {
            Name = Changed("name", workspace.Name, typed.Name),
            Slug = Changed("slug", workspace.Slug, typed.Slug),
            Description = Changed("description", workspace.Description, typed.Description),
            DefaultTextModel = Changed("default_text_model", workspace.DefaultTextModel, typed.DefaultTextModel),
            DefaultProviderSort =
                Changed("default_provider_sort", workspace.DefaultProviderSort, typed.DefaultProviderSort),
            Guarded = typed.Guarded == workspace.Guarded ? null : typed.Guarded,
        };
        return new PlannedChange(lines, async _ =>
        {
            var body = new JsonBody<UpdateWorkspaceRequest> { Value = request, Nulls = cleared };
            await workspaces.UpdateAsync(workspace.Id, body, visit.Cancelled);
            return new SeeOther(visit.Url("workspaces"));
        });

        string? Changed(string member, string? before, string? after)
        {
            if (after == before)
                return null;
            if (after is null)
                cleared.Add(member);
            return after;
        }
    }

    private async Task<FormDraft> OpenDeleteAsync(Visit visit, string id)
    {
        var workspace = await workspaces.FindAsync(id, visit.Cancelled);
        var page = await presets.ListAsync(workspace.Id, 0, 1, visit.Cancelled);
        EffectLine[] lines =
        [
            new($"The workspace \"{workspace.Name}\" is deleted, and cannot be brought back"),
            new($"With it: {UsagePlot.Text(page.TotalCount)} presets and those that are archived, with all versions"),
        ];
        return FormDraft.Of(workspace.Name, StateOf(workspace), new PlannedChange(lines, async _ =>
        {
            await workspaces.DeleteAsync(workspace.Id, visit.Cancelled);
            // The pages are about it no more.
            Guid? shown = workspace.Id == visit.Workspace.Id ? null : visit.Workspace.Id;
            return new SeeOther(visit.UrlIn(shown, "workspaces"));
        }));
    }

    private static void AddMembers(List<EffectLine> lines, Workspace? before, WorkspaceMembers after)
    {
        EffectLine.Add(lines, "description", before?.Description, after.Description);
        EffectLine.Add(lines, "default model", before?.DefaultTextModel, after.DefaultTextModel);
        EffectLine.Add(lines, "default provider sort", before?.DefaultProviderSort, after.DefaultProviderSort);
        if (after.Guarded is { } guarded && guarded != (before?.Guarded ?? false))
            lines.Add(new(guarded ? "It becomes guarded" : "It is no longer guarded"));
    }

    private static string StateOf(Workspace workspace) =>
        Timestamp.Format(workspace.UpdatedAt ?? workspace.CreatedAt);

    private static bool? GuardedOf(Fields fields) =>
        fields.Text("guarded") is { } flag ? flag == "true" : null;
}
