using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>One reading of one body, by a table: here its top level, and that of the config in it.</summary>
internal ref struct FilterPass(
    FieldTable table,
    BodyKind? kind,
    ReadOnlySpan<byte> body,
    MemberNames names,
    IgnoredNames ignored,
    PersistedFields persisted)
{
    private readonly ReadOnlySpan<byte> body = body;
    private FieldTable table = table;
    private BodyKind? kind = kind;
    private BodyCursor cursor = new(body, names, table.MaxDepth);
    private PersistedFields persisted = persisted;
    private IgnoredNames ignored = ignored;
    private SystemTextReader system = new(body);
    private SystemTextReader systemMessages = new(body);
    private Guid? workspaceId;
    private string? message;

    // At the start of a config, which is read last: the kind may stand behind it.
    private BodyReader config;

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
        var start = cursor.Reader.TokenStartIndex;
        var seen = ReadFields();
        // The reader refuses whatever follows the object.
        cursor.Reader.Read();
        RefuseMissing(seen, start);
        if (config.TokenType == JsonTokenType.StartObject)
        {
            cursor.Reader = config;
            table = FieldTable.ForConfig(kind);
            RefuseMissing(ReadFields(), config.TokenStartIndex);
        }
        return new FilteredBody(
            persisted.ToConfig(table, body), system.ToArray(in systemMessages), ignored.ToString(), workspaceId)
        {
            Kind = kind,
            Message = message,
        };
    }

    // Reads the object under the cursor to its end; gives a bit for each field that it has.
    private ulong ReadFields()
    {
        var seen = 0UL;
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
            ReadField(ref seen);
        cursor.CloseObject();
        return seen;
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
        if (cursor.Reader.TokenType == JsonTokenType.Null)
            return;
        if (table.IsConfig)
            throw cursor.Unknown(kind is { } of ? $"a {BodyKinds.NameOf(of)} config" : "a config");
        ignored.Add(name);
        cursor.Reader.Skip();
    }

    private void ReadValue(Field field, int index)
    {
        if (cursor.Reader.TokenType == JsonTokenType.Null)
        {
            if (!field.NullAllowed)
                throw cursor.Missing();
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
            case FieldUse.Config:
                ValueCheck.CheckType(ref cursor, field.Rule);
                config = cursor.Reader;
                cursor.Reader.Skip();
                break;
            case FieldUse.Kind:
                ValueCheck.Read(ref cursor, field.Rule, stored: false);
                kind = BodyKinds.Parse(Encoding.UTF8.GetString(cursor.Text()));
                break;
            case FieldUse.Message:
                ValueCheck.Read(ref cursor, field.Rule, stored: true);
                message = cursor.Text() is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null;
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

    private readonly void RefuseMissing(ulong seen, int start)
    {
        var missing = table.Required & ~seen;
        if (missing != 0)
            throw cursor.Missing(start, table[BitOperations.TrailingZeroCount(missing)].Name);
    }
}
