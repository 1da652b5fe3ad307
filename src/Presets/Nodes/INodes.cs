namespace Presets;

/// <summary>The nodes of this service: one that is alone, or those of a cluster.</summary>
public interface INodes
{
    /// <summary>Asks every node for its report. Takes half a second at most.</summary>
    /// <returns>The nodes by address. One that does not answer in time has no report.</returns>
    Task<IReadOnlyList<Node>> AskAsync(CancellationToken cancellationToken);
}

/// <summary>A node.</summary>
/// <param name="Address">Where the other nodes reach it.</param>
/// <param name="IsThis">Whether it is the one that asked.</param>
/// <param name="Report">What it says of itself; null when it does not answer.</param>
public sealed record Node(string Address, NodeStatus Status, bool IsThis, NodeReport? Report);

/// <summary>How a node takes part in its cluster.</summary>
public enum NodeStatus
{
    /// <summary>It starts.</summary>
    Joining,

    /// <summary>It is a member.</summary>
    Active,

    /// <summary>It was told to stop, and hands its presets over.</summary>
    Stopping,
}
