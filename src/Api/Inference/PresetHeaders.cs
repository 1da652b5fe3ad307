namespace Presets.Api;

/// <summary>What the answer to a request with a reference says in its headers about the preset.</summary>
internal sealed class PresetHeaders
{
    /// <summary>Names the version that was used.</summary>
    public const string Preset = "X-Preset";

    /// <summary>Names the fields of the preset that were left out.</summary>
    public const string Dropped = "X-Preset-Dropped";

    /// <summary>Names the variables of the system prompt that the request does not have.</summary>
    public const string Unfilled = "X-Preset-Unfilled";

    private readonly HttpResponse response;
    private readonly string version;
    private string? dropped;
    private string? unfilled;

    /// <summary>Adds the headers to whatever is answered: the upstream's answer, its error, or one of ours.</summary>
    public PresetHeaders(HttpResponse response, ServedVersion served)
    {
        this.response = response;
        version = FormattableString.Invariant($"{served.Slug}:{served.Version}");
        response.OnStarting(
            static headers =>
            {
                ((PresetHeaders)headers).Set();
                return Task.CompletedTask;
            },
            this);
    }

    /// <summary>Adds what the merge has to tell.</summary>
    public void Note(MergedBody merged)
    {
        dropped = IgnoredNames.Join(merged.Dropped);
        unfilled = IgnoredNames.Join(merged.Unfilled);
    }

    private void Set()
    {
        response.Headers[Preset] = version;
        if (dropped is not null)
            response.Headers[Dropped] = dropped;
        if (unfilled is not null)
            response.Headers[Unfilled] = unfilled;
    }
}
