using Microsoft.AspNetCore.Http.HttpResults;
using Presets.Storage;

namespace Presets.Api;

/// <summary>API keys. Source of the members: the OpenRouter document.</summary>
internal static class KeyEndpoints
{
    /// <summary>The longest name of a key, and the longest user id, in characters.</summary>
    public const int MaxTextLength = 256;

    /// <summary>What a limit_reset may be.</summary>
    public const string LimitResets = "must be daily, weekly or monthly";

    private const int PageLength = 100;

    /// <summary>Maps the routes.</summary>
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("").RequireKey(KeyKind.Management).WithTypedAnswers().WithTags("API keys");
        keys.MapGet("/key", GetCurrent).WithName("getCurrentKey").RequireKey(KeyKind.Any);
        keys.MapGet("/keys", ListAsync).WithName("listKeys");
        keys.MapPost("/keys", CreateAsync).WithName("createKeys")
            .WithMetadata(new IdempotentRoute("POST keys")).Refuses(409);
        keys.MapGet("/keys/{hash}", GetAsync).WithName("getKey");
        keys.MapPatch("/keys/{hash}", UpdateAsync).WithName("updateKeys");
        keys.MapDelete("/keys/{hash}", DeleteAsync).WithName("deleteKeys");
    }

    /// <summary>There is no such workspace to list the keys of.</summary>
    public static Refusal NoWorkspace() =>
        new(RefusalCode.InvalidParameter, "There is no workspace with this id.", "workspace_id");

    /// <summary>There is no such key.</summary>
    public static Refusal NotFound() => new(RefusalCode.NotFound, "There is no key with this hash.");

    /// <summary>Get the current API key</summary>
    /// <remarks>The key that the request was made with. Any key may ask.</remarks>
    internal static Ok<Single<CurrentKeyResponse>> GetCurrent(Caller caller) =>
        TypedResults.Ok(new Single<CurrentKeyResponse>(new(caller.Key)));

    /// <summary>List API keys</summary>
    /// <remarks>The keys of a workspace, oldest first, 100 to a page. Needs a management key.</remarks>
    internal static async Task<Ok<ListKeysResponse>> ListAsync(
        KeyListQuery query, KeyStore keys, WorkspaceStore workspaces, CancellationToken cancellationToken)
    {
        var workspace = query.WorkspaceId is { } id
            ? await workspaces.FindAsync(id, cancellationToken) ?? throw NoWorkspace()
            : await workspaces.FindDefaultAsync(cancellationToken);
        var page = await keys.ListAsync(
            workspace!.Id, query.IncludeDisabled, query.Offset, PageLength, cancellationToken);
        return TypedResults.Ok(new ListKeysResponse([.. page.Select(key => new KeyResponse(key))]));
    }

    /// <summary>Create an API key</summary>
    /// <remarks>
    /// Makes an ordinary key. Its text is in this answer only; what is stored is its hash. A request repeated with its
    /// Idempotency-Key makes no second key; since the first cannot be shown again, it is refused with 409
    /// key_already_created. Needs a management key.
    /// </remarks>
    internal static async Task<Created<CreateKeyResponse>> CreateAsync(
        JsonBody<CreateKeyRequest> body, Caller caller, KeyStore keys, WorkspaceStore workspaces, KeyCache cache,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = body.Value;
        if (request.ExpiresAt <= clock.GetUtcNow())
            throw RecordRules.Invalid("expires_at", "must lie in the future");
        var workspaceId = request.WorkspaceId ?? (await workspaces.FindDefaultAsync(cancellationToken))!.Id;
        var secret = KeySecret.Generate();
        var key = ApiKey.FromSecret(secret, workspaceId, request.Name!, Timestamp.Now(clock)) with
        {
            UserId = request.CreatorUserId ?? caller.Key.UserId,
            ExpiresAt = request.ExpiresAt,
            Scopes = Parse(request.Scopes) ?? KeyScopes.All,
        };
        if (await keys.CreateAsync(key, caller.Key.WorkspaceId, body.Idempotency, cancellationToken) is { } earlier)
            throw AlreadyCreated(earlier);
        cache.Forget(key.Hash);
        return TypedResults.Created((string?)null, new CreateKeyResponse(new(key)) { Key = secret });
    }

    /// <summary>Get an API key</summary>
    /// <remarks>One key, by its hash. Needs a management key.</remarks>
    internal static async Task<Ok<Single<KeyResponse>>> GetAsync(
        string hash, KeyStore keys, CancellationToken cancellationToken) =>
        Answer(await keys.FindAsync(Parse(hash), cancellationToken));

    /// <summary>Update an API key</summary>
    /// <remarks>
    /// Renames, disables or enables a key, or changes its scopes; on other nodes within 5 seconds. Needs a management
    /// key.
    /// </remarks>
    internal static async Task<Ok<Single<KeyResponse>>> UpdateAsync(
        string hash,
        JsonBody<UpdateKeyRequest> body,
        KeyStore keys,
        KeyCache cache,
        CancellationToken cancellationToken)
    {
        var (keyHash, change) = (Parse(hash), body.Value);
        var scopes = Parse(change.Scopes);
        if (scopes is not null && await keys.FindAsync(keyHash, cancellationToken) is { IsManagement: true })
            throw RecordRules.Invalid("scopes", "do not limit a management key");
        var key = await keys.UpdateAsync(keyHash, change.Name, change.Disabled, scopes, cancellationToken);
        cache.Forget(keyHash);
        return Answer(key);
    }

    /// <summary>Delete an API key</summary>
    /// <remarks>Deletes a key; on other nodes within 5 seconds. Needs a management key.</remarks>
    internal static async Task<Ok<DeletedResponse>> DeleteAsync(
        string hash, KeyStore keys, KeyCache cache, CancellationToken cancellationToken)
    {
        var keyHash = Parse(hash);
        if (!await keys.DeleteAsync(keyHash, cancellationToken))
            throw NotFound();
        cache.Forget(keyHash);
        return TypedResults.Ok(new DeletedResponse());
    }

    private static Ok<Single<KeyResponse>> Answer(ApiKey? key) =>
        TypedResults.Ok(new Single<KeyResponse>(new(key ?? throw NotFound())));

    private static KeyScopes? Parse(IReadOnlyList<string?>? scopes) =>
        scopes is not null && KeyScopeNames.TryParse(scopes, out var parsed) ? parsed : null;

    private static KeyHash Parse(string hash) => KeyHash.TryParse(hash, out var parsed) ? parsed : throw NotFound();

    // Only its hash is stored, so the answer of then cannot be given again.
    private static Refusal AlreadyCreated(Guid hashStart) => new(
        RefusalCode.KeyAlreadyCreated,
        $"A request with this Idempotency-Key has made a key already, whose hash starts with {hashStart:N}. A key is "
        + "shown once: if its answer was lost, delete that key and make another with another Idempotency-Key.",
        IdempotencyHeader.Name);
}
