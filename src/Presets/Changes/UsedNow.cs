namespace Presets;

/// <summary>An idempotency key that a plan uses.</summary>
/// <param name="ChangeId">
/// The id of the version that it stands for, or of the change when that is not about one.
/// </param>
public sealed record UsedNow(Idempotency Key, Guid PresetId, Guid ChangeId);
