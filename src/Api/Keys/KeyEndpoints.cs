using System.Globalization;
using System.Text.Json;
using Presets.Storage;

namespace Presets.Api;

/// <summary>API keys: made, listed, changed and deleted with a management key. Source of the fields: the OpenRouter document.</summary>
internal sealed class KeyEndpoints(
    KeyStore keys, WorkspaceStore workspaces, KeyCache cache, KeyGate gate, PresetsOptions options, TimeProvider clock)
{
    /// <summary>The longest name of a key, and the longest user id, in characters.</summary>
    public const int MaxTextLength = 256;

    private const int PageLength = 100;

    private static readonly string[] Resets = ["daily", "weekly", "monthly"];

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/key", gate.Require(KeyKind.Any, GetCurrent)).WithMetadata(RouteDocs.GetCurrentKey);
        routes.MapGet("/keys", gate.Require(KeyKind.Management, ListAsync)).WithMetadata(RouteDocs.ListKeys);
        routes.MapPost("/keys", gate.Require(KeyKind.Management, CreateAsync)).WithMetadata(RouteDocs.CreateKey);
        routes.MapGet("/keys/{hash}", gate.Require(KeyKind.Management, GetAsync)).WithMetadata(RouteDocs.GetKey);
        routes.MapPatch("/keys/{hash}", gate.Require(KeyKind.Management, UpdateAsync)).WithMetadata(RouteDocs.UpdateKey);
        routes.MapDelete("/keys/{hash}", gate.Require(KeyKind.Management, DeleteAsync)).WithMetadata(RouteDocs.DeleteKey);
    }

    private static Task GetCurrent(HttpContext context, ApiKey caller) =>
        JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json =>
        {
            json.WritePropertyName("data"u8);
            KeyJson.WriteCurrent(json, caller);
        });

    private async Task ListAsync(HttpContext context, ApiKey caller)
    {
        var workspaceId = await WorkspaceOfListAsync(context);
        var includeDisabled = Paging.Text(context.Request, "include_disabled") switch
        {
            null or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw new Refusal(RefusalCode.InvalidParameter, "include_disabled must be true or false.", "include_disabled"),
        };
        var page = await keys.ListAsync(workspaceId, includeDisabled, Paging.Offset(context.Request), PageLength, context.RequestAborted);
        await JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data"u8);
            foreach (var key in page)
                KeyJson.Write(json, key);
            json.WriteEndArray();
        });
    }

    private async Task CreateAsync(HttpContext context, ApiKey caller)
    {
        using var body = await JsonBody.ReadAsync(context, options.MaxBodyBytes);
        var name = body.RequiredText("name", 1, MaxTextLength);
        var userId = body.Text("creator_user_id", 1, MaxTextLength) ?? caller.UserId;
        var expiresAt = ExpiresAt(body);
        var workspaceId = body.Text("workspace_id", 0, MaxTextLength) is { } given
            ? ParseWorkspaceId(given) ?? throw JsonBody.Invalid("workspace_id", "must be the id of a workspace")
            : (await DefaultWorkspaceAsync(context)).Id;
        CheckSpending(body);
        var idempotency = IdempotencyHeader.Read(context, "POST keys", body.Bytes);

        var secret = KeySecret.Generate();
        var hash = KeySecret.Hash(secret);
        var key = new ApiKey(
            hash.ToString(), workspaceId, userId, name, KeySecret.Label(secret), false, false, expiresAt, Timestamp.Now(clock), null);
        if (await keys.CreateAsync(key, caller.WorkspaceId, idempotency, context.RequestAborted) is { } earlier)
        {
            // Only its hash is stored, so the answer of then cannot be given again.
            throw new Refusal(
                RefusalCode.KeyAlreadyCreated,
                $"A request with this Idempotency-Key has made a key already, whose hash starts with {earlier:N}. A key is shown once: "
                + "if its answer was lost, delete that key and make another with another Idempotency-Key.",
                IdempotencyHeader.Name);
        }

        cache.Forget(hash);
        body.NameIgnored(context.Response);
        await JsonObjectAnswer.Write(context, StatusCodes.Status201Created, json =>
        {
            json.WritePropertyName("data"u8);
            KeyJson.Write(json, key);
            json.WriteString("key"u8, secret);
        });
    }

    private async Task GetAsync(HttpContext context, ApiKey caller)
    {
        var key = await keys.FindAsync(HashOf(context).ToString(), context.RequestAborted) ?? throw NotFound();
        await WriteAsync(context, key);
    }

    private async Task UpdateAsync(HttpContext context, ApiKey caller)
    {
        var hash = HashOf(context);
        using var body = await JsonBody.ReadAsync(context, options.MaxBodyBytes);
        var name = body.Text("name", 1, MaxTextLength);
        var disabled = body.Truth("disabled");
        CheckSpending(body);
        var key = await keys.UpdateAsync(hash.ToString(), name, disabled, context.RequestAborted) ?? throw NotFound();
        cache.Forget(hash);
        body.NameIgnored(context.Response);
        await WriteAsync(context, key);
    }

    private async Task DeleteAsync(HttpContext context, ApiKey caller)
    {
        var hash = HashOf(context);
        if (!await keys.DeleteAsync(hash.ToString(), context.RequestAborted))
            throw NotFound();
        cache.Forget(hash);
        await JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json => json.WriteBoolean("deleted"u8, true));
    }

    private static Task WriteAsync(HttpContext context, ApiKey key) => JsonObjectAnswer.Write(context, StatusCodes.Status200OK, json =>
    {
        json.WritePropertyName("data"u8);
        KeyJson.Write(json, key);
    });

    private async Task<Guid> WorkspaceOfListAsync(HttpContext context)
    {
        if (Paging.Text(context.Request, "workspace_id") is not { } given)
            return (await DefaultWorkspaceAsync(context)).Id;
        return ParseWorkspaceId(given) is { } id && await workspaces.FindAsync(id, context.RequestAborted) is not null
            ? id
            : throw new Refusal(RefusalCode.InvalidParameter, "There is no workspace with this id.", "workspace_id");
    }

    private async Task<Workspace> DefaultWorkspaceAsync(HttpContext context) =>
        (await workspaces.FindDefaultAsync(context.RequestAborted))!;

    private static Guid? ParseWorkspaceId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    private static KeyHash HashOf(HttpContext context) =>
        KeyHash.TryParse((string)context.Request.RouteValues["hash"]!, out var hash) ? hash : throw NotFound();

    private static Refusal NotFound() => new(RefusalCode.NotFound, "There is no key with this hash.");

    // ISO 8601, in UTC: another offset is refused, as the document says.
    private static DateTimeOffset? ExpiresAt(JsonBody body)
    {
        if (body.Text("expires_at", 0, 64) is not { } text)
            return null;
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
        var hasOffset = text.EndsWith('Z') || text.EndsWith("+00:00", StringComparison.Ordinal);
        if (hasOffset && DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return Timestamp.FromUnixMicroseconds(Timestamp.ToUnixMicroseconds(time));
        throw JsonBody.Invalid("expires_at", "must be a time in UTC such as 2027-12-31T23:59:59Z");
    }

    // Checked by type, as the document has them, and otherwise taken no notice of: this service does not meter.
    private static void CheckSpending(JsonBody body)
    {
        body.Ignore("limit", "a number", value => value.ValueKind == JsonValueKind.Number);
        body.Ignore("limit_reset", "daily, weekly or monthly", value => value.ValueKind == JsonValueKind.String && Resets.Any(value.ValueEquals));
        body.Ignore("include_byok_in_limit", "true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False);
    }
}
