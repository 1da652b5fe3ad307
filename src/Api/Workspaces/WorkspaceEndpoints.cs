using System.Text.Json;
using System.Text.RegularExpressions;
using Presets.Storage;

namespace Presets.Api;

/// <summary>Workspaces, administered with a management key. Source of the fields and their bounds: the OpenRouter document.</summary>
internal sealed partial class WorkspaceEndpoints(
    WorkspaceStore workspaces, KeyCache cache, KeyGate gate, PresetsOptions options, TimeProvider clock)
{
    private const int MaxModelLength = 256;

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workspaces", gate.Require(KeyKind.Management, ListAsync)).WithMetadata(RouteDocs.ListWorkspaces);
        routes.MapPost("/workspaces", gate.Require(KeyKind.Management, CreateAsync)).WithMetadata(RouteDocs.CreateWorkspace);
        routes.MapGet("/workspaces/{id}", gate.Require(KeyKind.Management, GetAsync)).WithMetadata(RouteDocs.GetWorkspace);
        routes.MapPatch("/workspaces/{id}", gate.Require(KeyKind.Management, UpdateAsync)).WithMetadata(RouteDocs.UpdateWorkspace);
        routes.MapDelete("/workspaces/{id}", gate.Require(KeyKind.Management, DeleteAsync)).WithMetadata(RouteDocs.DeleteWorkspace);
    }

    /// <summary>The workspace that a text names by its id or its slug; null when there is none.</summary>
    public static async Task<Workspace?> FindAsync(WorkspaceStore workspaces, string idOrSlug, CancellationToken cancellationToken) =>
        (Guid.TryParseExact(idOrSlug, "D", out var id) ? await workspaces.FindAsync(id, cancellationToken) : null)
        ?? await workspaces.FindAsync(idOrSlug, cancellationToken);

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var page = await workspaces.ListAsync(Paging.Offset(context.Request), Paging.Limit(context.Request), context.RequestAborted);
        await JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data"u8);
            foreach (var workspace in page.Items)
                WorkspaceJson.Write(json, workspace);
            json.WriteEndArray();
            json.WriteNumber("total_count"u8, page.TotalCount);
        });
    }

    private async Task CreateAsync(HttpContext context, ApiKey caller)
    {
        using var body = await JsonBody.ReadAsync(context, options.MaxBodyBytes);
        var workspace = new Workspace(
            Guid.CreateVersion7(),
            SlugOf(body) ?? throw new Refusal(RefusalCode.MissingField, "slug is required.", "slug"),
            body.RequiredText("name", 1, 100),
            body.Text("description", 0, 500),
            body.Text("default_text_model", 0, MaxModelLength),
            body.Text("default_provider_sort", 0, MaxModelLength),
            IsDefault: false,
            caller.UserId,
            Timestamp.Now(clock),
            UpdatedAt: null);
        CheckIgnored(body);
        var idempotency = IdempotencyHeader.Read(context, "POST workspaces", body.Bytes);
        if (await workspaces.CreateAsync(workspace, caller.WorkspaceId, idempotency, context.RequestAborted) is { } earlier)
        {
            workspace = await workspaces.FindAsync(earlier, context.RequestAborted)
                ?? throw new Refusal(RefusalCode.NotFound, "The workspace that this Idempotency-Key made has been deleted since.");
            context.Response.Headers["Idempotent-Replayed"] = "true";
        }

        body.NameIgnored(context.Response);
        await WriteAsync(context, StatusCodes.Status201Created, workspace);
    }

    private async Task GetAsync(HttpContext context, ApiKey caller) =>
        await WriteAsync(context, StatusCodes.Status200OK, await FindAsync(context));

    private async Task UpdateAsync(HttpContext context, ApiKey caller)
    {
        using var body = await JsonBody.ReadAsync(context, options.MaxBodyBytes);
        var slug = SlugOf(body);
        var name = body.Text("name", 1, 100);
        var change = (Workspace stored) => stored with
        {
            Slug = slug ?? stored.Slug,
            Name = name ?? stored.Name,
            Description = Changed(body, "description", 500, stored.Description),
            DefaultTextModel = Changed(body, "default_text_model", MaxModelLength, stored.DefaultTextModel),
            DefaultProviderSort = Changed(body, "default_provider_sort", MaxModelLength, stored.DefaultProviderSort),
        };
        CheckIgnored(body);
        var stored = await FindAsync(context);
        // Refuses what is not valid before the store runs the change.
        _ = change(stored);
        var workspace = await workspaces.UpdateAsync(stored.Id, change, context.RequestAborted) ?? throw NotFound();
        body.NameIgnored(context.Response);
        await WriteAsync(context, StatusCodes.Status200OK, workspace);
    }

    private async Task DeleteAsync(HttpContext context, ApiKey caller)
    {
        var workspace = await FindAsync(context);
        switch (await workspaces.DeleteAsync(workspace.Id, context.RequestAborted))
        {
            case WorkspaceDeletion.NotFound:
                throw NotFound();
            case WorkspaceDeletion.IsDefault:
                throw new Refusal(RefusalCode.Forbidden, "The default workspace cannot be deleted.");
            case WorkspaceDeletion.HasActiveKeys:
                throw new Refusal(RefusalCode.WorkspaceNotEmpty, "The workspace has active keys; delete or disable them first.");
        }

        cache.ForgetAll();
        await JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json => json.WriteBoolean("deleted"u8, true));
    }

    private async Task<Workspace> FindAsync(HttpContext context) =>
        await FindAsync(workspaces, (string)context.Request.RouteValues["id"]!, context.RequestAborted) ?? throw NotFound();

    private static Refusal NotFound() => new(RefusalCode.NotFound, "There is no workspace with this id or slug.");

    private static Task WriteAsync(HttpContext context, int status, Workspace workspace) => JsonObjectAnswer.Write(context, status, json =>
    {
        json.WritePropertyName("data"u8);
        WorkspaceJson.Write(json, workspace);
    });

    private static string? SlugOf(JsonBody body)
    {
        var slug = body.Text("slug", 1, 50);
        return slug is null || SlugPattern().IsMatch(slug)
            ? slug
            : throw JsonBody.Invalid("slug", "must be lower-case letters and digits in parts separated by single hyphens");
    }

    // What the document lets be null is cleared by null.
    private static string? Changed(JsonBody body, string name, int most, string? stored) =>
        body.Text(name, 0, most) ?? (body.IsNull(name) ? null : stored);

    // Checked by type, as the document has them, and otherwise taken no notice of.
    private static void CheckIgnored(JsonBody body)
    {
        string[] switches = ["is_data_discount_logging_enabled", "is_observability_broadcast_enabled", "is_observability_io_logging_enabled"];
        foreach (var name in switches)
            body.Ignore(name, "true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False);
        body.Ignore("default_image_model", "a string", value => value.ValueKind == JsonValueKind.String);
        body.Ignore("io_logging_sampling_rate", "a number", value => value.ValueKind == JsonValueKind.Number);
        body.Ignore("io_logging_api_key_ids", "a list of integers", value =>
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(id => id.ValueKind == JsonValueKind.Number));
    }

    // \z and not $, which lets a line feed follow.
    [GeneratedRegex(@"\A[a-z0-9]+(?:-[a-z0-9]+)*\z")]
    private static partial Regex SlugPattern();
}
