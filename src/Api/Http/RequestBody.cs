using System.Buffers;
using System.Numerics;

namespace Presets.Api;

/// <summary>A request's body, whole, in memory that is given back when it is disposed.</summary>
/// <param name="budget">What bodies may hold together.</param>
public struct RequestBody(QueueBudget budget) : IDisposable
{
    // A body up to this size costs about what its connection does, and is not counted: small requests go on while
    // large bodies fill the budget.
    private const int Uncounted = 16 * 1024;

    // A body beyond this size is rare, and its memory is left to the garbage collector: a pool would keep it for good.
    private const int Pooled = 1 << 20;

    // The shared pool would keep 32 of each size for each core once a flood of large bodies is over.
    private static readonly ArrayPool<byte> Large = ArrayPool<byte>.Create(Pooled, maxArraysPerBucket: 8);

    private byte[]? buffer;

    /// <summary>The bytes, decompressed.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, Length);

    internal int Length { get; private set; }

    /// <summary>Gives the memory back; <see cref="Bytes"/> may not be used any more.</summary>
    public void Dispose()
    {
        if (buffer is not null)
            Return(buffer);
        buffer = null;
    }

    /// <summary>Adds bytes that have arrived. Memory is never taken for what a header merely promises.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.Overloaded"/>: the budget is spent.</exception>
    internal void Append(ReadOnlySequence<byte> bytes, long? contentLength)
    {
        var after = Length + (int)bytes.Length;
        if (buffer is null || buffer.Length < after)
        {
            // Powers of two, so that a body up to a limit that is one takes no more than it. A compressed body has more
            // bytes than its header says.
            var larger = Rent(contentLength is { } all && all >= after && all <= 4L * after
                ? (int)all
                : (int)BitOperations.RoundUpToPowerOf2((uint)after));
            Bytes.Span.CopyTo(larger);
            Dispose();
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(Length));
        Length = after;
    }

    private readonly byte[] Rent(int size)
    {
        if (size <= Uncounted)
            return ArrayPool<byte>.Shared.Rent(size);
        var rented = size <= Pooled ? Large.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        if (budget.TryReserve(rented.Length))
            return rented;
        ReturnToPool(rented);
        throw new Refusal(RefusalCode.Overloaded, "Too many large bodies are being received. Try again.");
    }

    private readonly void Return(byte[] rented)
    {
        if (rented.Length <= Uncounted)
        {
            ArrayPool<byte>.Shared.Return(rented);
            return;
        }

        budget.Release(rented.Length);
        ReturnToPool(rented);
    }

    private static void ReturnToPool(byte[] rented)
    {
        if (rented.Length <= Pooled)
            Large.Return(rented);
    }
}
