using System.Buffers;

namespace Presets.Api;

/// <summary>A request's body, whole, in memory that is given back when it is disposed.</summary>
/// <param name="budget">What bodies may hold together.</param>
public struct RequestBody(QueueBudget budget) : IDisposable
{
    // A body up to this size costs about what its connection does, and is not counted: small requests go on while
    // large bodies fill the budget.
    private const int Uncounted = 16 * 1024;

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
            var promised = contentLength is { } all && all <= 2L * after ? (int)all : 0;
            var larger = Rent(Math.Max(Math.Max(after, promised), 2 * Length));
            Bytes.Span.CopyTo(larger);
            Dispose();
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(Length));
        Length = after;
    }

    private readonly byte[] Rent(int size)
    {
        var rented = ArrayPool<byte>.Shared.Rent(size);
        if (rented.Length <= Uncounted || budget.TryReserve(rented.Length))
            return rented;
        ArrayPool<byte>.Shared.Return(rented);
        throw new Refusal(RefusalCode.Overloaded, "Too many large bodies are being received. Try again.");
    }

    private readonly void Return(byte[] rented)
    {
        ArrayPool<byte>.Shared.Return(rented);
        if (rented.Length > Uncounted)
            budget.Release(rented.Length);
    }
}
