namespace Presets.Console;

/// <summary>A form of a gesture as it is shown.</summary>
public sealed record ChangeForm(Gesture Gesture, Fields Fields)
{
    /// <summary>What it will do; null while something is left to choose.</summary>
    public Announcement? Announcement { get; init; }

    /// <summary>Whether it will do something.</summary>
    public bool WillChange => Announcement is { Lines.Count: > 0 };

    /// <summary>Whether it was sent, so that it is worth saying that nothing would change.</summary>
    public bool IsSent { get; init; }

    /// <summary>Why it cannot be done.</summary>
    public string? Error { get; init; }

    /// <summary>Whether that is because there is a preset of the slug already.</summary>
    public bool IsTaken { get; init; }

    /// <summary>What is to be said above it.</summary>
    public string? Notice { get; init; }

    /// <summary>The state that it was sent for, which is over; null when it is not.</summary>
    public EntityTag? Seen { get; init; }

    /// <summary>What happened since <see cref="Seen"/>, newest first.</summary>
    public IReadOnlyList<HistoryRecord> News { get; init; } = [];

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;
}
