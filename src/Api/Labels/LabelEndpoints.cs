using Microsoft.AspNetCore.Http.HttpResults;

namespace Presets.Api;

/// <summary>The labels of a preset: names for its versions.</summary>
internal static class LabelEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        const string Route = "presets/{slug}/labels/{label}";
        var labels = routes.MapGroup("/presets/{slug}/labels").WithTypedAnswers().WithTags("Labels")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        labels.MapGet("", ListAsync).WithName("listPresetLabels")
            .RequireKey(KeyKind.Any, KeyScopes.Read)
            .WithMetadata(new QueryDoc(StatusQuery.Parameter));
        labels.MapPut("{label}", SetAsync).WithName("setPresetLabel").Produces<Single<PresetResponse>>()
            .RequireKey(KeyKind.Any, KeyScopes.Write, KeyScopes.Promote)
            .WithMetadata(new PresetWrite("PUT " + Route));
        labels.MapDelete("{label}", RemoveAsync).WithName("removePresetLabel")
            .RequireKey(KeyKind.Any, KeyScopes.Write, KeyScopes.Promote)
            .WithMetadata(new PresetWrite("DELETE " + Route));
    }

    /// <summary>List the labels of a preset</summary>
    /// <remarks>All labels of a preset, by name. They are 64 at most, so there are no pages.</remarks>
    internal static async Task<Ok<Listing<LabelResponse>>> ListAsync(
        HttpContext context, Caller caller, PresetWorkspace workspace, IPresets presets)
    {
        var preset = await PresetReads.FindAsync(context, caller.Key, workspace, presets);
        var labels = preset.Labels.AsEnumerable().Select(label =>
            new LabelResponse { Label = label.Name, Version = label.Version, Protected = label.Protected });
        return TypedResults.Ok(new Listing<LabelResponse>([.. labels], preset.Labels.Count));
    }

    /// <summary>Set a label</summary>
    /// <remarks>
    /// Makes a label name a version, and answers with the preset. Only a key with the scope promote moves a protected
    /// label, or changes whether a label is protected; in a guarded workspace that holds for every label.
    /// </remarks>
    internal static Task SetAsync(
        HttpContext context,
        Caller caller,
        string label,
        JsonBody<SetLabelRequest> body,
        PresetWorkspace workspace,
        PresetWrites writes)
    {
        var (key, request) = (caller.Key, body.Value);
        var change = new SetLabel(
            Guid.CreateVersion7(),
            key.UserId,
            Valid(label),
            request.Version!.Value,
            request.Protected,
            body.Idempotency);
        return writes.AnswerAsync(context, key, workspace.NameOf(context, key), change);
    }

    /// <summary>Remove a label</summary>
    /// <remarks>The version that it names stays. A protected label needs the scope promote.</remarks>
    internal static async Task<NoContent> RemoveAsync(
        HttpContext context, Caller caller, string label, PresetWorkspace workspace, PresetWrites writes)
    {
        var key = caller.Key;
        var change = new RemoveLabel(
            Guid.CreateVersion7(), key.UserId, Valid(label), IdempotencyHeader.Read(context, default));
        await writes.ChangeAsync(context, key, workspace.NameOf(context, key), change);
        return TypedResults.NoContent();
    }

    /// <summary>A label that can be set.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    internal static string Valid(string label) =>
        Label.FaultOf(label) is { } fault ? throw new Refusal(RefusalCode.InvalidParameter, fault, "label") : label;
}
