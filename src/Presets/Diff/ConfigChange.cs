namespace Presets;

/// <summary>What a <see cref="ConfigChange"/> does.</summary>
public enum ConfigChangeOp
{
    /// <summary>A value is new: the last member of its object, or at its index of an array.</summary>
    Add,

    /// <summary>A value is no longer there.</summary>
    Remove,

    /// <summary>Another value stands in the same place.</summary>
    Replace,

    /// <summary>An element of an array stands elsewhere among the others.</summary>
    Move,

    /// <summary>The members of an object stand in another order than removing and adding leaves them.</summary>
    Reorder,
}

/// <summary>One difference between two configs.</summary>
/// <param name="Path">
/// Where, as a JSON Pointer (RFC 6901): in the old config for <see cref="ConfigChangeOp.Remove"/>, else in the new one.
/// </param>
/// <param name="From">
/// JSON: the old value as it is spelled there, null for <see cref="ConfigChangeOp.Add"/>; for
/// <see cref="ConfigChangeOp.Move"/> the path in the old config; for <see cref="ConfigChangeOp.Reorder"/> the list of
/// the old member names.
/// </param>
/// <param name="To">The same of the new config; null for <see cref="ConfigChangeOp.Remove"/>.</param>
public sealed record ConfigChange(
    string Path, ConfigChangeOp Op, ReadOnlyMemory<byte>? From, ReadOnlyMemory<byte>? To);
