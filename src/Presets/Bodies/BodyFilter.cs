using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Presets;

/// <summary>
/// Turns a request into what a preset keeps of it. It reads the bytes once, builds no document, and allocates only what
/// it gives back.
/// </summary>
public static class BodyFilter
{
    /// <summary>
    /// The deepest nesting of a body, the body itself counting as 1. Source: the contract, "What is refused with 400".
    /// </summary>
    public const int MaxDepth = 64;

    /// <summary>
    /// Checks a request and takes from it what is stored, by the <see cref="FieldTable"/> of its kind.
    /// </summary>
    /// <param name="kind">Which of the three requests it is.</param>
    /// <param name="body">The request as it was sent.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidJson"/>: not UTF-8, not one JSON object, nested too deep.
    /// <see cref="RefusalCode.MissingField"/>, <see cref="RefusalCode.InvalidField"/>,
    /// <see cref="RefusalCode.DuplicateMember"/>, <see cref="RefusalCode.NestedPreset"/>: with the place
    /// (<c>fallbacks[0].model</c>) as <see cref="Refusal.Field"/>. Nothing else is thrown, whatever the bytes are.
    /// </exception>
    public static FilteredBody Filter(BodyKind kind, ReadOnlySpan<byte> body) =>
        FilterBy(FieldTable.For(kind), kind, body);

    /// <summary>Checks a body and takes from it what is stored, by any table.</summary>
    /// <param name="kind">The kind of request that it is, or is about; null when it is not known.</param>
    /// <exception cref="Refusal">As <see cref="Filter"/>; <see cref="RefusalCode.UnknownField"/> too.</exception>
    [SkipLocalsInit]
    internal static FilteredBody FilterBy(FieldTable table, BodyKind? kind, ReadOnlySpan<byte> body)
    {
        CheckText(body);
        var names = new MemberNames(
            body, stackalloc MemberNames.Entry[MemberNames.Room], stackalloc int[FieldTable.MostDepth + 1]);
        var ignored = new IgnoredNames(stackalloc byte[128]);
        var persisted = new PersistedFields(stackalloc PersistedFields.Entry[FieldTable.MaxFields]);
        var pass = new FilterPass(table, kind, body, names, ignored, persisted);
        try
        {
            return pass.Run();
        }
        catch (JsonException exception)
        {
            throw NotJson(body, pass.Depth, table.MaxDepth, exception);
        }
        finally
        {
            pass.Dispose();
        }
    }

    /// <summary>Checks what the reader takes for granted.</summary>
    /// <exception cref="Refusal">The body is not UTF-8, or starts with a byte order mark.</exception>
    internal static void CheckText(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
            throw NotJson("The body starts with a byte order mark; JSON must be sent without one.");
        if (!Utf8.IsValid(body))
            throw NotJson(Invariant($"The body is not valid UTF-8 at byte {FindInvalid(body)}."));
    }

    internal static Refusal NotJson(string message) => new(RefusalCode.InvalidJson, message);

    /// <summary>What the reader failed on, without a word of the body, which has no place in a log.</summary>
    /// <param name="depth">How many objects and lists were open.</param>
    internal static Refusal NotJson(ReadOnlySpan<byte> body, int depth, int maxDepth, JsonException exception)
    {
        var line = exception.LineNumber ?? 0;
        var column = exception.BytePositionInLine ?? 0;
        var offset = 0;
        for (var i = 0L; i < line && body[offset..].IndexOf((byte)'\n') is >= 0 and var end; i++)
            offset += end + 1;
        offset += (int)column;
        var tooDeep = depth == maxDepth && offset < body.Length && body[offset] is (byte)'{' or (byte)'[';
        return NotJson(tooDeep
            ? Invariant($"The body is nested deeper than {maxDepth} at line {line + 1}, byte {column + 1}.")
            : Invariant($"The body is not valid JSON at line {line + 1}, byte {column + 1}."));
    }

    private static int FindInvalid(ReadOnlySpan<byte> body)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(body[offset..], out _, out var length) == System.Buffers.OperationStatus.Done)
            offset += length;
        return offset + 1;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
