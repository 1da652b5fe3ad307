using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// The models of one upstream. Its list is kept for <see cref="MaxAge"/>, and while the upstream fails for
/// <see cref="MaxStaleAge"/>. Requests that come while it is read share the call.
/// </summary>
internal sealed partial class KeptModels(Upstream upstream, TimeProvider clock, ILogger<KeptModels> log)
{
    /// <summary>How old the list may be. Source: the contract, "Routes".</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>How old it may be while the upstream fails. Source: the contract, "Routes".</summary>
    public static readonly TimeSpan MaxStaleAge = TimeSpan.FromHours(1);

    /// <summary>How long after a failure the upstream is asked again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    // Clients wait for it, and models can be used without a list.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private const long MostBytes = 32 << 20;

    private readonly Lock gate = new();
    private Task<IReadOnlyList<ListedModel>>? reading;
    private IReadOnlyList<ListedModel> models = [];
    private long? readAt;
    private long triedAt;
    private bool failed;

    /// <summary>The list; empty when the upstream has failed for too long.</summary>
    public Task<IReadOnlyList<ListedModel>> ListAsync()
    {
        lock (gate)
        {
            if (reading is null
                || (reading.IsCompleted && clock.GetElapsedTime(triedAt) >= (failed ? RetryAfter : MaxAge)))
            {
                triedAt = clock.GetTimestamp();
                reading = RenewAsync(triedAt);
            }

            return reading;
        }
    }

    /// <summary>Reads the list of an upstream.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or answers with an error.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    /// <exception cref="JsonException">It answers with something else than a list.</exception>
    /// <exception cref="OperationCanceledException">It does not answer in time.</exception>
    public static async Task<IReadOnlyList<ListedModel>> ReadAsync(
        Upstream upstream, QueryString query, TimeProvider clock)
    {
        using var deadline = new CancellationTokenSource(Timeout, clock);
        using var request = upstream.NewModelsRequest(query);
        using var response = await upstream.Client.SendAsync(request, deadline.Token);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MostBytes, deadline.Token);
        await using var content = await response.Content.ReadAsStreamAsync(deadline.Token);
        using var json = await JsonDocument.ParseAsync(content, default, deadline.Token);
        try
        {
            var models = new List<ListedModel>();
            foreach (var row in RowsOf(json.RootElement))
            {
                if (ListedModel.Of(row) is { } model && upstream.NameHere(model.Id) is { } id)
                    models.Add(model with { Id = id });
            }

            return models;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair.
            throw new JsonException("It holds a text that is none.", e);
        }
    }

    private async Task<IReadOnlyList<ListedModel>> RenewAsync(long askedAt)
    {
        try
        {
            models = await ReadAsync(upstream, default, clock);
            (readAt, failed) = (askedAt, false);
        }
        catch (Exception e) when (
            e is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            failed = true;
            LogFailed(upstream.Name, e.Message);
        }

        return readAt is { } then && clock.GetElapsedTime(then) < MaxStaleAge ? models : [];
    }

    // Some answer with the list itself, and some that have no models with null.
    private static IEnumerable<JsonElement> RowsOf(JsonElement answer)
    {
        var list = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("data", out var data)
            ? data
            : answer;
        return list.ValueKind switch
        {
            JsonValueKind.Array => list.EnumerateArray(),
            JsonValueKind.Null => [],
            _ => throw new JsonException("It is no list of models."),
        };
    }

    [LoggerMessage(LogLevel.Warning, "The models of the upstream {Upstream} cannot be listed: {Cause}")]
    private partial void LogFailed(string upstream, string cause);
}
