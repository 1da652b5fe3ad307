namespace Presets;

/// <summary>What bounds the writers of a process.</summary>
public sealed record PresetWriterOptions
{
    /// <summary>How long a state in memory answers after the database or a write confirmed it.</summary>
    public TimeSpan HeadMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The memory for writers that are not in use, in bytes.</summary>
    public long HeadCacheBytes { get; init; } = 72 << 20;

    /// <summary>The memory for changes that wait for the database, in bytes; more is refused.</summary>
    public long QueueBytes { get; init; } = 64 << 20;

    /// <summary>The first pause before a failed commit is tried again; it doubles each time.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The most changes that leave together.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>The most bytes that leave together; a single larger change leaves alone.</summary>
    public int BatchBytes { get; init; } = 4 << 20;
}
