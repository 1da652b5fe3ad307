using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Presets.Console;

/// <summary>What is done to keys: by the endpoints of the API, with their records and their rules.</summary>
internal sealed class KeyForms(KeyChanges keys)
{
    private const string Day = "yyyy-MM-dd";

    private static readonly Input NameInput = new("name", "Name", InputKind.Text, "What the key is for.");

    private static readonly Input ScopesInput = new(
        "scopes",
        "Scopes",
        InputKind.Scopes,
        "What the key may do: read presets, write versions, promote them to what is live, make inference requests.");

    private static readonly Input UserInput = new(
        "user", "User", InputKind.Text, "In whose name the key acts, as histories show it. Empty: your own user.");

    private static readonly Input ExpiryInput = new(
        "expires", "Expires", InputKind.Day, "The key ends when this day begins in UTC. Empty: it does not expire.");

    /// <summary>All of them.</summary>
    public IReadOnlyList<ManagementForm> All =>
    [
        new("keys/new", "Create a key", "Create the key", OpenNewAsync),
        new("keys/{id}/edit", "Edit a key", "Save", OpenEditAsync),
        new("keys/{id}/disable", "Disable a key", "Disable", (visit, id) => OpenSwitchAsync(visit, id, true)),
        new("keys/{id}/enable", "Enable a key", "Enable", (visit, id) => OpenSwitchAsync(visit, id, false)),
        new("keys/{id}/delete", "Delete a key", "Delete", OpenDeleteAsync),
    ];

    private Task<FormDraft> OpenNewAsync(Visit visit, string _) => Task.FromResult(new FormDraft(
        Name: null,
        [NameInput, ScopesInput, UserInput, ExpiryInput],
        new Dictionary<string, string> { ["scopes"] = string.Join(',', KeyScopeNames.Of(KeyScopes.All)) },
        State: "",
        fields => PlanNew(visit, fields)));

    private PlannedChange PlanNew(Visit visit, Fields fields)
    {
        var request = new CreateKeyRequest
        {
            Name = fields["name"],
            Scopes = ScopesOf(fields),
            CreatorUserId = fields.Text("user"),
            ExpiresAt = DayOf(fields, "expires"),
            WorkspaceId = visit.Workspace.Id,
        };
        RecordRules.Check((JsonTypeInfo)ApiJson.Instance.CreateKeyRequest, request);
        var lines = new[]
        {
            new EffectLine($"A key \"{request.Name}\" in the workspace \"{visit.Workspace.Name}\""),
            new EffectLine($"It may: {string.Join(", ", request.Scopes)}"),
            new EffectLine($"It acts in the name of {request.CreatorUserId ?? visit.Key.UserId}"),
            new EffectLine(request.ExpiresAt is null ? "It does not expire" : $"It expires on {fields["expires"]}"),
        };
        return new PlannedChange(lines, async idempotency =>
        {
            var body = new JsonBody<CreateKeyRequest> { Value = request, Idempotency = idempotency };
            var key = await keys.CreateAsync(body, visit.Key, visit.Cancelled);
            return Page.Of<NewKeyPage>("The new key", ("Name", request.Name), ("Key", key));
        });
    }

    private async Task<FormDraft> OpenEditAsync(Visit visit, string id)
    {
        var key = await keys.FindAsync(id, visit.Cancelled);
        var initial = new Dictionary<string, string>
        {
            ["name"] = key.Name,
            ["scopes"] = string.Join(',', KeyScopeNames.Of(key.Scopes)),
        };
        // Scopes do not limit a management key.
        return new FormDraft(
            key.Name,
            key.IsManagement ? [NameInput] : [NameInput, ScopesInput],
            initial,
            StateOf(key),
            fields => PlanEdit(visit, key, fields));
    }

    private PlannedChange PlanEdit(Visit visit, ApiKey key, Fields fields)
    {
        var (scopes, name) = (ScopesOf(fields), fields["name"]);
        var before = KeyScopeNames.Of(key.Scopes);
        // What stays is left out: somebody else may be changing it.
        var request = new UpdateKeyRequest
        {
            Name = name == key.Name ? null : name,
            Scopes = key.IsManagement || scopes.SequenceEqual(before) ? null : scopes,
        };
        RecordRules.Check((JsonTypeInfo)ApiJson.Instance.UpdateKeyRequest, request);
        var lines = new List<EffectLine>();
        EffectLine.Add(lines, "name", key.Name, name);
        if (request.Scopes is not null)
            EffectLine.Add(lines, "scopes", string.Join(", ", before), string.Join(", ", request.Scopes));
        return Update(visit, key, request, lines);
    }

    private async Task<FormDraft> OpenSwitchAsync(Visit visit, string id, bool disables)
    {
        var key = await keys.FindAsync(id, visit.Cancelled);
        var lines = new List<EffectLine>();
        EffectLine.Add(lines, "status", StatusOf(key.Disabled), StatusOf(disables));
        if (disables && lines.Count > 0)
            AddEnds(lines, visit, key);
        var request = new UpdateKeyRequest { Disabled = disables };
        return FormDraft.Of(key.Name, StateOf(key), Update(visit, key, request, lines));

        static string StatusOf(bool isDisabled) => isDisabled ? "disabled" : "enabled";
    }

    private async Task<FormDraft> OpenDeleteAsync(Visit visit, string id)
    {
        var key = await keys.FindAsync(id, visit.Cancelled);
        var lines = new List<EffectLine>
        {
            new($"The key \"{key.Name}\", {key.Label}, is deleted"),
            new("It cannot be brought back"),
        };
        AddEnds(lines, visit, key);
        return FormDraft.Of(key.Name, StateOf(key), new PlannedChange(lines, async _ =>
        {
            await keys.DeleteAsync(key, visit.Cancelled);
            return new SeeOther(visit.Url("keys"));
        }));
    }

    private PlannedChange Update(Visit visit, ApiKey key, UpdateKeyRequest request, IReadOnlyList<EffectLine> lines) =>
        new(lines, async _ =>
        {
            var body = new JsonBody<UpdateKeyRequest> { Value = request };
            await keys.UpdateAsync(key, body, visit.Cancelled);
            return new SeeOther(visit.Url("keys"));
        });

    private static void AddEnds(List<EffectLine> lines, Visit visit, ApiKey key)
    {
        lines.Add(new("Within 5 seconds, requests with it are refused and sessions of the console end"));
        if (key.Hash.Equals(visit.Key.Hash))
            lines.Add(new("You are signed in with this key: your session ends too"));
    }

    private static string StateOf(ApiKey key) => Timestamp.Format(key.UpdatedAt ?? key.CreatedAt);

    private static string[] ScopesOf(Fields fields) => fields.Text("scopes")?.Split(',') ?? [];

    private static DateTimeOffset? DayOf(Fields fields, string name) => fields.Text(name) is not { } text ? null
        : DateTimeOffset.TryParseExact(
            text, Day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day
        : throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be a day, such as 2027-12-31.", name);
}
