using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>The settings that all upstreams share.</summary>
public sealed record UpstreamsOptions
{
    /// <summary>The section of the configuration.</summary>
    internal const string Section = "Upstreams";

    /// <summary>The largest body of an inference request, in bytes, as it is before its compression.</summary>
    [Description("the largest inference request, in bytes"), Range(1024, 1 << 30)]
    public int MaxBodyBytes { get; init; } = 32 << 20;
}

/// <summary>The settings of one upstream, checked. What is left out is as its kind has it.</summary>
public sealed record UpstreamOptions : IValidatableObject
{
    private const string ATenth = "00:00:00.1";
    private const string AnHour = "01:00:00";

    /// <summary>What it is.</summary>
    [Description("what it is, which decides on the others: openrouter, openai, anthropic or compatible")]
    [AllowedValues(
        UpstreamKind.OpenRouter, UpstreamKind.OpenAi, UpstreamKind.Anthropic, UpstreamKind.Compatible,
        ErrorMessage = "must be openrouter, openai, anthropic or compatible")]
    public string Kind { get; init; } = UpstreamKind.Compatible;

    /// <summary>Where it is, as its own clients take it.</summary>
    [Description("where it is, as its own clients take it, such as https://api.openai.com/v1"), BaseUrl]
    public string? BaseUrl { get; init; }

    /// <summary>The key that it is called with.</summary>
    [Description("the key that it is called with"), UpstreamKey]
    public string? Key { get; init; }

    /// <summary>The environment variable that has the key.</summary>
    [Description("the environment variable that has the key, in place of Key")]
    public string? KeyVariable { get; init; }

    /// <summary>The bodies it takes.</summary>
    [Description("the bodies it takes, comma-separated: chat_completions, messages, responses"), Bodies]
    public IReadOnlyList<string>? Bodies { get; init; }

    /// <summary>How the models begin that it serves; none when it serves all.</summary>
    [Description("how the models begin that it serves, comma-separated; all unless set")]
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Whether the prefix is left out of the model that is sent.</summary>
    [Description("whether the prefix is left out of the model that is sent")]
    public bool StripPrefix { get; init; }

    /// <summary>How long it may take to accept a connection.</summary>
    [Description("how long it may take to accept a connection, in seconds"), Range(typeof(TimeSpan), ATenth, AnHour)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take to begin its answer.</summary>
    [Description("how long it may take to begin its answer, in seconds"), Range(typeof(TimeSpan), ATenth, AnHour)]
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long its answer may pause.</summary>
    [Description("how long its answer may pause, in seconds"), Range(typeof(TimeSpan), ATenth, AnHour)]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The fields of a preset that it would refuse a request for.</summary>
    [Description("fields that it refuses, comma-separated; left out when they come from a preset")]
    public IReadOnlyList<string>? Drop { get; init; }

    /// <summary>The key, wherever it is; null when there is none.</summary>
    internal string? KeyText => Key ?? ReadVariable(KeyVariable ?? UpstreamKind.Of(Kind).KeyVariable);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var kind = UpstreamKind.Of(Kind);
        if (BaseUrl is null && kind.BaseUrl is null)
            yield return new("must be set, such as http://127.0.0.1:8000/v1", [nameof(BaseUrl)]);
        if (Key is not null && KeyVariable is not null)
            yield return new("is set beside Key; one of them has the key", [nameof(KeyVariable)]);
        else if (KeyText is { } key && !UpstreamKeyAttribute.IsSendable(key))
            yield return new($"names a variable whose value {UpstreamKeyAttribute.Rule}", [nameof(KeyVariable)]);
        else if (KeyText is null && KeyVariable is not null)
            yield return new($"names the variable {KeyVariable}, which is not set", [nameof(KeyVariable)]);
        else if (KeyText is null && kind.KeyVariable is { } variable)
            yield return new($"must be set; so may be KeyVariable, or the variable {variable}", [nameof(Key)]);
        if (StripPrefix && Prefixes.Count == 0)
            yield return new("needs Prefixes", [nameof(StripPrefix)]);
    }

    private static string? ReadVariable(string? name) =>
        name is not null && Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
