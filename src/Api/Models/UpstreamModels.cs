using System.Net;
using System.Text.Json;

namespace Presets.Api;

/// <summary>The models that the upstreams list.</summary>
internal sealed partial class UpstreamModels(UpstreamSet upstreams, TimeProvider clock, ILogger<KeptModels> log)
{
    private readonly KeptModels[] kept = [.. upstreams.All.Select(upstream => new KeptModels(upstream, clock, log))];

    /// <summary>Those of all upstreams, as they are kept. An upstream that fails for long lists none.</summary>
    public async Task<IReadOnlyList<ListedModel>> ListAsync() => Join(await Task.WhenAll(kept.Select(each =>
        each.ListAsync())));

    /// <summary>What the upstreams answer to a query of their own, past what is kept.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidParameter"/>: one of them refuses the query;
    /// <see cref="RefusalCode.UpstreamUnauthorized"/>, <see cref="RefusalCode.UpstreamFailed"/>,
    /// <see cref="RefusalCode.UpstreamTimeout"/>.
    /// </exception>
    public async Task<IReadOnlyList<ListedModel>> QueryAsync(QueryString query) =>
        Join(await Task.WhenAll(upstreams.All.Select(upstream => QueryAsync(upstream, query))));

    private async Task<IReadOnlyList<ListedModel>> QueryAsync(Upstream upstream, QueryString query)
    {
        try
        {
            return await KeptModels.ReadAsync(upstream, query, clock);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized)
        {
            LogUnauthorized(upstream.Name);
            throw UpstreamFaults.Unauthorized();
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.BadRequest)
        {
            throw new Refusal(RefusalCode.InvalidParameter, "The upstream refuses a parameter of the query.", inner: e);
        }
        catch (OperationCanceledException)
        {
            throw UpstreamFaults.TimedOut();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw UpstreamFaults.Failed(e);
        }
    }

    private static List<ListedModel> Join(IEnumerable<IReadOnlyList<ListedModel>> lists) =>
        [.. lists.SelectMany(list => list).DistinctBy(model => model.Id)];

    [LoggerMessage(LogLevel.Error, "The upstream {Upstream} refused its key with 401")]
    private partial void LogUnauthorized(string upstream);
}
