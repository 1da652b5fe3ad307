namespace Presets.Api;

/// <summary>The upstreams of the settings, in the order of their names.</summary>
internal sealed class UpstreamSet(IReadOnlyList<Upstream> all) : IDisposable
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Upstream> All => all;

    /// <summary>
    /// The upstream for a request: of those that take its body, the one with the longest prefix of the model; of
    /// several the first.
    /// </summary>
    /// <param name="model">The model; null when the request names none.</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.NoUpstream"/>.</exception>
    public Upstream Choose(BodyKind body, string? model)
    {
        Upstream? chosen = null;
        var longest = -1;
        foreach (var upstream in all)
        {
            if (upstream.Takes(body) && upstream.PrefixOf(model) is { } prefix && prefix.Length > longest)
                (chosen, longest) = (upstream, prefix.Length);
        }

        return chosen ?? throw new Refusal(
            RefusalCode.NoUpstream,
            all.Count == 0
                ? "This service forwards to nowhere: no upstream is configured."
                : $"No upstream takes {BodyKinds.NameOf(body)} requests for this model.",
            "model");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var upstream in all)
            upstream.Dispose();
    }
}
