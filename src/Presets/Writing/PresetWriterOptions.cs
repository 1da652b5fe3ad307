namespace Presets;

/// <summary>What bounds a <see cref="PresetWriter"/>.</summary>
public sealed record PresetWriterOptions
{
    /// <summary>
    /// How long a state in memory answers after the database or a write confirmed it. Without meaning on a store that
    /// is not shared.
    /// </summary>
    public TimeSpan HeadMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether this process has writers of the same preset beside this one, so that a state ages on a store that is not
    /// shared, too.
    /// </summary>
    public bool OtherWriters { get; init; }

    /// <summary>The first pause before a failed commit is tried again; it doubles each time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The most changes that leave together.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>The most bytes that leave together; a single larger change leaves alone.</summary>
    public int BatchBytes { get; init; } = 4 << 20;
}
