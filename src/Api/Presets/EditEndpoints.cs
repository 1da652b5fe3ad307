using Microsoft.AspNetCore.Http.HttpResults;

namespace Presets.Api;

/// <summary>Changes of a preset itself, its end and its return.</summary>
internal static class EditEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapEdits(this IEndpointRouteBuilder routes)
    {
        var preset = routes.MapGroup("/presets/{slug}").WithTypedAnswers().WithTags("Presets")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        preset.MapPatch("", UpdateAsync).WithName("updatePreset").Produces<Single<PresetResponse>>()
            .RequireKey(KeyKind.Any, KeyScopes.Write, KeyScopes.Promote)
            .WithMetadata(new PresetWrite("PATCH presets/{slug}"));
        preset.MapDelete("", DeleteAsync).WithName("deletePreset")
            .RequireKey(KeyKind.Any, KeyScopes.Promote)
            .WithMetadata(new PresetWrite("DELETE presets/{slug}"), new QueryDoc(WriteOptions.Purge));
        preset.MapPost("restore", RestoreAsync).WithName("restorePreset").Produces<Single<PresetResponse>>()
            .RequireKey(KeyKind.Any, KeyScopes.Promote)
            .WithMetadata(new PresetWrite("POST presets/{slug}/restore"));
    }

    /// <summary>Update a preset</summary>
    /// <remarks>
    /// Changes the fields that are given; a null description clears it. The fields name and description need the scope
    /// write, the others promote. What changes nothing makes no revision. An archived preset takes nothing but another
    /// status, and other fields together with that.
    /// </remarks>
    internal static Task UpdateAsync(
        HttpContext context,
        Caller caller,
        JsonBody<UpdatePresetRequest> body,
        PresetWorkspace workspace,
        PresetWrites writes)
    {
        var key = caller.Key;
        var edit = body.Value.ToEdit(key, clearsDescription: body.IsNull("description"), body.Idempotency);
        return writes.AnswerAsync(context, key, workspace.NameOf(context, key), edit);
    }

    /// <summary>Archive or purge a preset</summary>
    /// <remarks>
    /// Archives the preset: its versions are kept and its slug stays taken, until it is restored. With purge=true an
    /// archived preset is removed for good, with its versions, labels and history; that needs a management key.
    /// </remarks>
    internal static async Task<Ok<DeletedResponse>> DeleteAsync(
        HttpContext context, Caller caller, PresetWorkspace workspace, PresetWrites writes)
    {
        var key = caller.Key;
        var purges = WriteOptions.PurgesOf(context.Request);
        if (purges && !key.IsManagement)
            throw new Refusal(RefusalCode.Forbidden, "Only management keys can purge a preset.");
        Change change = purges
            ? new Purge(Guid.CreateVersion7(), key.UserId, IdempotencyHeader.Read(context, default))
            : EditOf(context, key, PresetStatus.Archived);
        await writes.ChangeAsync(context, key, workspace.NameOf(context, key), change);
        return TypedResults.Ok(new DeletedResponse());
    }

    /// <summary>Restore a preset</summary>
    /// <remarks>Makes an archived preset active again, without a new version. An active one is left as it is.</remarks>
    internal static Task RestoreAsync(
        HttpContext context, Caller caller, PresetWorkspace workspace, PresetWrites writes)
    {
        var key = caller.Key;
        var edit = EditOf(context, key, PresetStatus.Active);
        return writes.AnswerAsync(context, key, workspace.NameOf(context, key), edit);
    }

    private static Edit EditOf(HttpContext context, ApiKey key, PresetStatus status) =>
        EditOf(key, status, IdempotencyHeader.Read(context, default));

    /// <summary>Archives a preset, or makes an archived one active again.</summary>
    internal static Edit EditOf(ApiKey key, PresetStatus status, Idempotency? idempotency = null) =>
        new(Guid.CreateVersion7(), key.UserId, idempotency)
        {
            Status = status,
            RefusesDisabled = true,
        };
}
