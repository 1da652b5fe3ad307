using System.Text.Json;
using System.Text.Unicode;

namespace Presets;

/// <summary>
/// Checks JSON that was not filtered here before it is stored. Source: the contract, "What is refused".
/// </summary>
internal static class StoredJson
{
    /// <summary>Checks that <paramref name="json"/> is one JSON object that can be stored.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidJson"/>: not UTF-8, not one JSON object, nested deeper than
    /// <see cref="BodyFilter.MaxDepth"/>. <see cref="RefusalCode.DuplicateMember"/>,
    /// <see cref="RefusalCode.InvalidField"/>: with the place.
    /// </exception>
    public static void CheckObject(ReadOnlySpan<byte> json) => Check(json, Form.Object, null);

    /// <summary>As <see cref="CheckObject"/>, for any JSON value.</summary>
    /// <inheritdoc cref="CheckObject"/>
    public static void CheckValue(ReadOnlySpan<byte> json) => Check(json, Form.Value, null);

    /// <summary>
    /// Checks a config: members that bodies have as stored fields by their rules, others as any stored value.
    /// </summary>
    /// <param name="body">The kind of body it was made from; null when it is not known.</param>
    /// <exception cref="Refusal">
    /// As <see cref="CheckObject"/>; <see cref="RefusalCode.NestedPreset"/>.
    /// </exception>
    public static void CheckConfig(ReadOnlySpan<byte> config, BodyKind? body) => Check(config, Form.Config, body);

    private static void Check(ReadOnlySpan<byte> json, Form form, BodyKind? body)
    {
        if (!Utf8.IsValid(json))
            throw new Refusal(RefusalCode.InvalidJson, "It is not valid UTF-8.");
        var names = new MemberNames(
            json, stackalloc MemberNames.Entry[MemberNames.Room], stackalloc int[BodyFilter.MaxDepth + 1]);
        var cursor = new BodyCursor(json, names, BodyFilter.MaxDepth);
        try
        {
            cursor.Reader.Read();
            if (form != Form.Value && cursor.Reader.TokenType != JsonTokenType.StartObject)
                throw new Refusal(RefusalCode.InvalidJson, "It is not a JSON object.");
            if (form == Form.Config)
                ReadConfig(ref cursor, body);
            else
                cursor.ReadStored();
            // Anything but white space after the object is a fault.
            cursor.Reader.Read();
        }
        catch (JsonException exception)
        {
            var (line, place) = (exception.LineNumber + 1, exception.BytePositionInLine + 1);
            throw new Refusal(
                RefusalCode.InvalidJson,
                FormattableString.Invariant(
                    $"It is not JSON, or nested deeper than {BodyFilter.MaxDepth}, at line {line}, byte {place}."));
        }
        finally
        {
            cursor.Dispose();
        }
    }

    private static void ReadConfig(ref BodyCursor cursor, BodyKind? body)
    {
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            cursor.AddStoredName();
            var rule = RuleOf(cursor.Text(), body);
            cursor.Reader.Read();
            if (rule is null)
                cursor.ReadStored();
            else
                ValueCheck.Read(ref cursor, rule, stored: true);
        }

        cursor.CloseObject();
    }

    private static ValueRule? RuleOf(ReadOnlySpan<byte> name, BodyKind? body)
    {
        // Whatever the body was, a preset does not nest.
        if (body is null && !name.SequenceEqual("model"u8) && !name.SequenceEqual("models"u8)
            && !name.SequenceEqual("fallbacks"u8))
            return null;
        var table = FieldTable.For(body ?? BodyKind.Messages);
        var index = table.Find(name, NameHash.Signature(name, 0, name.Length));
        return index >= 0 && table[index] is { Use: FieldUse.Persisted } field ? field.Rule : null;
    }

    private enum Form
    {
        Value,
        Object,
        Config,
    }
}
