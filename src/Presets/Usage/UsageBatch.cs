namespace Presets;

/// <summary>Counts that a node hands to the database.</summary>
/// <param name="Sequence">
/// 1 for the first batch of a process, and one more for each that follows. The database takes a batch once, however
/// often it is handed over.
/// </param>
public sealed record UsageBatch(long Sequence, IReadOnlyDictionary<UsageKey, UsageTally> Tallies);
