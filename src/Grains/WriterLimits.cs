namespace Presets.Grains;

/// <summary>What bounds the writers of a node.</summary>
/// <param name="HeadMaxAge">As <see cref="PresetWriterOptions.HeadMaxAge"/>.</param>
/// <param name="HeadCacheBytes">The memory for heads of presets that are served direct.</param>
/// <param name="QueueBytes">The memory for writes that wait for the database; more is refused.</param>
public sealed record WriterLimits(TimeSpan HeadMaxAge, long HeadCacheBytes, long QueueBytes);
