namespace Presets;

/// <summary>
/// The bytes that changes may hold while they wait, over all the writers of a process. It bounds the memory when
/// changes arrive faster than the database takes them.
/// </summary>
/// <param name="bytes">The most that may wait at once, in bytes.</param>
public sealed class QueueBudget(long bytes)
{
    private long waiting;

    /// <summary>The bytes that wait now.</summary>
    public long Waiting => Interlocked.Read(ref waiting);

    /// <summary>
    /// Reserves room for a change; false when there is none. One change always fits into an empty queue.
    /// </summary>
    public bool TryReserve(int size)
    {
        var after = Interlocked.Add(ref waiting, size);
        if (after <= bytes || after == size)
            return true;
        Interlocked.Add(ref waiting, -size);
        return false;
    }

    /// <summary>Gives the room back.</summary>
    public void Release(int size) => Interlocked.Add(ref waiting, -size);
}
