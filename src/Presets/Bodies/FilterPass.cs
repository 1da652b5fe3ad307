using System.Numerics;
using System.Text.Json;

namespace Presets;

/// <summary>One reading of one body, by the table of its kind: here its top level.</summary>
internal ref struct FilterPass(
    FieldTable table, ReadOnlySpan<byte> body, MemberNames names, IgnoredNames ignored, PersistedFields persisted)
{
    private readonly FieldTable table = table;
    private readonly ReadOnlySpan<byte> body = body;
    private BodyCursor cursor = new(body, names);
    private PersistedFields persisted = persisted;
    private IgnoredNames ignored = ignored;
    private SystemTextReader system = new(body);
    private SystemTextReader systemMessages = new(body);
    private Guid? workspaceId;

    /// <summary>How many objects and lists are open where the reading stands.</summary>
    internal readonly int Depth => cursor.Reader.Depth;

    internal readonly void Dispose()
    {
        cursor.Dispose();
        ignored.Dispose();
        system.Dispose();
        systemMessages.Dispose();
    }

    /// <exception cref="Refusal">As <see cref="BodyFilter.Filter"/>.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal FilteredBody Run()
    {
        cursor.Reader.Read();
        if (cursor.Reader.TokenType != JsonTokenType.StartObject)
            throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
        var seen = 0UL;
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
            ReadField(ref seen);
        cursor.CloseObject();
        // The reader refuses whatever follows the object.
        cursor.Reader.Read();
        RefuseMissing(seen);
        return new FilteredBody(
            persisted.ToConfig(table, body), system.ToArray(in systemMessages), ignored.ToString(), workspaceId);
    }

    private void ReadField(ref ulong seen)
    {
        var offset = cursor.Reader.TokenStartIndex + 1;
        var name = cursor.Text();
        var escaped = cursor.Reader.ValueIsEscaped;
        var signature = escaped
            ? NameHash.Signature(name, 0, name.Length)
            : NameHash.Signature(body, offset, name.Length);
        var index = table.Find(name, signature);
        if (index < 0)
        {
            cursor.AddName(signature);
            ReadUnknown();
            return;
        }
        if ((seen & 1UL << index) != 0)
            throw cursor.Duplicate();
        seen |= 1UL << index;
        cursor.Reader.Read();
        ReadValue(table[index], index);
    }

    private void ReadUnknown()
    {
        var name = cursor.Text();
        cursor.Reader.Read();
        if (cursor.Reader.TokenType != JsonTokenType.Null)
            ignored.Add(name);
        cursor.Reader.Skip();
    }

    private void ReadValue(Field field, int index)
    {
        if (cursor.Reader.TokenType == JsonTokenType.Null)
        {
            if (!field.NullAllowed)
                throw BodyCursor.Missing(field.Name);
            return;
        }
        switch (field.Use)
        {
            case FieldUse.Persisted:
                var start = cursor.Reader.TokenStartIndex;
                ValueCheck.Read(ref cursor, field.Rule, stored: true);
                persisted.Add(index, start, cursor.Reader.BytesConsumed);
                break;
            case FieldUse.SystemText:
                ValueCheck.CheckType(ref cursor, field.Rule);
                system.Read(ref cursor, ref ignored, table.NameOf(index));
                break;
            case FieldUse.SystemMessages:
                ValueCheck.CheckType(ref cursor, field.Rule);
                systemMessages.ReadMessages(ref cursor, ref ignored, table.NameOf(index), field.Rule);
                break;
            case FieldUse.WorkspaceId:
                ValueCheck.Read(ref cursor, field.Rule, stored: false);
                workspaceId = ValueCheck.ParseUuid(cursor.Text());
                break;
            case FieldUse.Ignored:
                ignored.Add(table.NameOf(index));
                ValueCheck.Read(ref cursor, field.Rule, stored: false);
                break;
            default:
                ValueCheck.Read(ref cursor, field.Rule, stored: false);
                break;
        }
    }

    private readonly void RefuseMissing(ulong seen)
    {
        var missing = table.Required & ~seen;
        if (missing != 0)
            throw BodyCursor.Missing(table[BitOperations.TrailingZeroCount(missing)].Name);
    }
}
