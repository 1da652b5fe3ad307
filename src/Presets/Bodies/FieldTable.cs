using System.Diagnostics;
using System.Text;

namespace Presets;

/// <summary>The top-level fields of one kind of body, by which <see cref="BodyFilter"/> works.</summary>
public sealed class FieldTable
{
    /// <summary>The most fields of a table: each has a bit of a <see cref="ulong"/>.</summary>
    internal const int MaxFields = 64;

    /// <summary>The greatest <see cref="MaxDepth"/>: a request has its config one level deeper.</summary>
    internal const int MostDepth = BodyFilter.MaxDepth + 1;

    // A multiplicative hash of the names' signatures, without collisions; its multiplier is found when the table is
    // made. One probe tells a field from an unknown name.
    private const int SlotBits = 9;
    private readonly ulong multiplier;
    private readonly byte[] slots = new byte[1 << SlotBits];
    private readonly byte[][] names;
    private readonly Field[] fields;

    private FieldTable(Field[] fields)
    {
        Debug.Assert(fields.Length <= MaxFields);
        this.fields = fields;
        names = [.. fields.Select(field => Encoding.UTF8.GetBytes(field.Name))];
        for (var index = 0; index < fields.Length; index++)
            Required |= fields[index].Required ? 1UL << index : 0;
        for (multiplier = 0x9E3779B97F4A7C15; !TryFill(); multiplier += 0xD1B54A32D192ED02)
        {
        }
    }

    /// <summary>The fields, those that are stored in the contract's order.</summary>
    public IReadOnlyList<Field> Fields => fields;

    private static readonly FieldTable Chat = new(BodyFields.ChatCompletions);
    private static readonly FieldTable Messages = new(BodyFields.Messages);
    private static readonly FieldTable Responses = new(BodyFields.Responses);
    private static readonly FieldTable ChatConfig = new(ConfigFields.Of(Chat)) { IsConfig = true };
    private static readonly FieldTable MessagesConfig = new(ConfigFields.Of(Messages)) { IsConfig = true };
    private static readonly FieldTable ResponsesConfig = new(ConfigFields.Of(Responses)) { IsConfig = true };
    private static readonly FieldTable AnyConfig =
        new(ConfigFields.OfAny(ChatConfig, MessagesConfig, ResponsesConfig)) { IsConfig = true };

    /// <summary>The fields of a request that carries a configuration (<see cref="ConfigFilter"/>).</summary>
    public static readonly FieldTable ConfigRequest = new(ConfigFields.Request) { MaxDepth = MostDepth };

    /// <summary>The fields of bodies of <paramref name="kind"/>.</summary>
    public static FieldTable For(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => Chat,
        BodyKind.Messages => Messages,
        BodyKind.Responses => Responses,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The fields of the config of a version, which are all stored.</summary>
    /// <param name="kind">The kind of request it was made from; null takes the fields of each.</param>
    public static FieldTable ForConfig(BodyKind? kind) => kind switch
    {
        null => AnyConfig,
        BodyKind.ChatCompletions => ChatConfig,
        BodyKind.Messages => MessagesConfig,
        BodyKind.Responses => ResponsesConfig,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Whether it is of a config: then what is not in it is refused.</summary>
    internal bool IsConfig { get; private init; }

    /// <summary>The deepest nesting of the JSON that is read by it, the outermost object counting as 1.</summary>
    internal int MaxDepth { get; private init; } = BodyFilter.MaxDepth;

    /// <summary>A bit for each field that must be there.</summary>
    internal ulong Required { get; }

    internal Field this[int index] => fields[index];

    internal ReadOnlySpan<byte> NameOf(int index) => names[index];

    /// <summary>The index of a field, or -1.</summary>
    /// <param name="signature">The name's <see cref="NameHash.Signature"/>.</param>
    internal int Find(ReadOnlySpan<byte> name, ulong signature)
    {
        var index = slots[Slot(signature)] - 1;
        return index >= 0 && name.SequenceEqual(names[index]) ? index : -1;
    }

    private int Slot(ulong signature) => (int)(signature * multiplier >> (64 - SlotBits));

    private bool TryFill()
    {
        Array.Clear(slots);
        for (var index = 0; index < names.Length; index++)
        {
            var name = names[index];
            ref var slot = ref slots[Slot(NameHash.Signature(name, 0, name.Length))];
            if (slot != 0)
                return false;
            slot = (byte)(index + 1);
        }
        return true;
    }
}
