using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Presets.Api;

/// <summary>The members of a small JSON object, each there once, in the order of the body.</summary>
internal sealed class JsonMembers : IDisposable
{
    private readonly JsonDocument document;
    private readonly List<string> names = [];

    private JsonMembers(JsonDocument document)
    {
        this.document = document;
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
        var known = new HashSet<string>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!known.Add(member.Name))
                throw new Refusal(RefusalCode.DuplicateMember, "A field may be given once.", member.Name);
            if (member.Value.ValueKind == JsonValueKind.Null)
                Nulls.Add(member.Name);
            else
                names.Add(member.Name);
        }
    }

    /// <summary>The members that are null.</summary>
    public HashSet<string> Nulls { get; } = [];

    /// <summary>The members of a body.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidJson"/>, <see cref="RefusalCode.DuplicateMember"/>.
    /// </exception>
    public static JsonMembers Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw new Refusal(RefusalCode.InvalidJson, "The body is not UTF-8.");
        try
        {
            return new JsonMembers(JsonDocument.Parse(body));
        }
        catch (JsonException e)
        {
            // The reader's message may quote the body, so it is not passed on.
            throw new Refusal(
                RefusalCode.InvalidJson,
                $"The body is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw new Refusal(RefusalCode.InvalidJson, "A name in the body holds half of a surrogate pair.");
        }
    }

    /// <summary>The members as a record.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidField"/>: a member has the wrong type.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return document.RootElement.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            // A path such as $.ids[0]; no record has a member whose name has a dot or a bracket.
            var name = e.Path!.Split('.', '[')[1];
            var property = type.Properties.First(property => property.Name == name);
            throw RecordRules.Invalid(name, "must be " + RecordRules.Describe(property));
        }
    }

    /// <summary>
    /// The members that the record has no use for, for <c>X-Ignored-Fields</c>; null when there are none.
    /// </summary>
    public string? Ignored(JsonTypeInfo type)
    {
        var used = type.Properties.Where(property => !RecordRules.IsIgnored(property));
        return IgnoredNames.Join(names.Except(used.Select(property => property.Name)));
    }

    /// <inheritdoc/>
    public void Dispose() => document.Dispose();
}
