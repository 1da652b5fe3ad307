namespace Presets.Console;

/// <summary>What the try page shows.</summary>
/// <param name="HasUpstream">Whether any upstream is configured.</param>
public sealed record TryView(PresetView Preset, TryForm Form, bool HasUpstream)
{
    /// <summary>What came of it, for each version; empty while nothing was sent.</summary>
    public IReadOnlyList<TrySide> Sides { get; init; } = [];

    /// <summary>What is to be said above the form.</summary>
    public string? Notice { get; init; }

    /// <summary>What is wrong with what was typed.</summary>
    public string? Error { get; init; }

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    internal TryView With(Refusal refusal) =>
        this with { Error = refusal.Message, Status = ErrorMap.Of(refusal.Code).Status };
}

/// <summary>What came of one version: an answer, or what would have been sent.</summary>
public sealed record TrySide(ServedVersion Version, TryAnswer? Answer = null, Resolution? Resolution = null);
