namespace Presets;

/// <summary>What became of one change.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>It was made by this commit.</summary>
    /// <param name="After">The preset as this change left it.</param>
    public sealed record Done(PresetHead After) : Outcome;

    /// <summary>An earlier commit has made it.</summary>
    /// <param name="Then">The preset as that commit left it.</param>
    /// <param name="Replayed">It was found by the idempotency key of another request, not by its id.</param>
    public sealed record Earlier(PresetHead Then, bool Replayed) : Outcome;

    /// <summary>It was not made, and never will be.</summary>
    public sealed record Refused(RefusalCode Code, string Message, Exception? Cause = null) : Outcome;
}
