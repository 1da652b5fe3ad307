namespace Presets;

/// <summary>What became of one change.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>It was made by this commit, or left nothing to make.</summary>
    /// <param name="After">The preset as this change left it; null when it removed it.</param>
    /// <param name="Version">The version that it made or found; null when it is not about one.</param>
    /// <param name="Skipped">No version was made, because it would equal the one that it is compared with.</param>
    public sealed record Done(PresetHead? After, int? Version = null, bool Skipped = false) : Outcome;

    /// <summary>An earlier commit has made it.</summary>
    /// <param name="Then">
    /// A create: the preset as that commit left it; any other change: as it is now, null when it is gone.
    /// </param>
    /// <param name="Replayed">It was found by the idempotency key of another request, not by its id.</param>
    /// <param name="Version">The version that it had made; null when it is not about one.</param>
    public sealed record Earlier(PresetHead? Then, bool Replayed, int? Version = null) : Outcome;

    /// <summary>It was not made, and never will be.</summary>
    /// <param name="Field">The field, header or parameter at fault; null when there is none.</param>
    /// <param name="Current">The state that a precondition did not hold for; null when there is no preset.</param>
    public sealed record Refused(
        RefusalCode Code, string Message, string? Field = null, EntityTag? Current = null, Exception? Cause = null)
        : Outcome
    {
        /// <summary>Whether the same change may be made once the preset is in another state.</summary>
        public bool DependsOnState => Code is not (RefusalCode.IdempotencyKeyReused or RefusalCode.InvalidField);

        /// <summary>This refusal as it is thrown.</summary>
        public Refusal ToRefusal() => new(Code, Message, Field, Cause, Current);
    }
}
