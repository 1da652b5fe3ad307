using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Presets.Api;

/// <summary>
/// The small JSON object of a management route. Null is absent. What is asked for is checked; what is not, or is asked for by <see cref="Ignore"/>, is ignored and
/// named in <c>X-Ignored-Fields</c>.
/// </summary>
public sealed class JsonBody : IDisposable
{
    private const int MaxIgnoredLength = 1000;

    private readonly RequestBody body;
    private readonly JsonDocument document;
    private readonly List<(string Name, JsonElement Value)> fields = [];
    private readonly HashSet<string> used = [];

    private JsonBody(RequestBody body)
    {
        this.body = body;
        if (!Utf8.IsValid(body.Bytes.Span))
            throw new Refusal(RefusalCode.InvalidJson, "The body is not UTF-8.");
        try
        {
            document = JsonDocument.Parse(body.Bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
            var names = new HashSet<string>();
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!names.Add(field.Name))
                    throw new Refusal(RefusalCode.DuplicateKey, "A field may be given once.", field.Name);
                if (field.Value.ValueKind != JsonValueKind.Null)
                    fields.Add((field.Name, field.Value));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A name with half a surrogate pair is an InvalidOperationException. The reader's message may quote the body, so it is not passed on.
            throw new Refusal(RefusalCode.InvalidJson, e is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
                ? $"The body is not valid JSON at line {line + 1}, byte {position + 1}."
                : "The body is not valid JSON.");
        }
    }

    /// <summary>The body as it was sent.</summary>
    public ReadOnlyMemory<byte> Bytes => body.Bytes;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidJson"/>, <see cref="RefusalCode.DuplicateKey"/>, and those of <see cref="RequestBody.ReadAsync"/>.
    /// </exception>
    public static async Task<JsonBody> ReadAsync(HttpContext context, int maxBytes)
    {
        var body = await RequestBody.ReadAsync(context, maxBytes);
        try
        {
            return new JsonBody(body);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Whether the field was sent as null, or not at all, or with a value.</summary>
    public bool IsNull(string name) => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A text of <paramref name="least"/> to <paramref name="most"/> characters (Unicode code points); null when it is absent.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidField"/>.</exception>
    public string? Text(string name, int least, int most)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Invalid(name, "must be a string");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Invalid(name, "holds half of a surrogate pair");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
            throw Invalid(name, "may not hold the character U+0000");
        var length = text.EnumerateRunes().Count();
        return length >= least && length <= most ? text : throw Invalid(name, $"must have {least} to {most} characters");
    }

    /// <summary>As <see cref="Text"/>, but it must be there.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.MissingField"/>, <see cref="RefusalCode.InvalidField"/>.</exception>
    public string RequiredText(string name, int least, int most) =>
        Text(name, least, most) ?? throw new Refusal(RefusalCode.MissingField, $"{name} is required.", name);

    /// <summary>A truth value; null when it is absent.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidField"/>.</exception>
    public bool? Truth(string name) => Find(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Invalid(name, "must be true or false"),
    };

    /// <summary>Checks a field that this service takes no notice of.</summary>
    /// <param name="what">What it must be, to follow "must be".</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidField"/>.</exception>
    public void Ignore(string name, string what, Func<JsonElement, bool> isValid)
    {
        if (Find(name) is { } value && !isValid(value))
            throw Invalid(name, "must be " + what);
        used.Remove(name);
    }

    /// <summary>Names what was not used in the answer's header <c>X-Ignored-Fields</c>.</summary>
    public void NameIgnored(HttpResponse response)
    {
        var ignored = new StringBuilder();
        foreach (var (name, _) in fields)
        {
            if (used.Contains(name))
                continue;
            var separator = ignored.Length == 0 ? "" : ", ";
            if (ignored.Length + separator.Length + name.Length > MaxIgnoredLength)
                break;
            ignored.Append(separator).Append(name.Length == 0 ? "?" : Printable(name));
        }

        if (ignored.Length > 0)
            response.Headers["X-Ignored-Fields"] = ignored.ToString();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        document.Dispose();
        body.Dispose();
    }

    /// <summary>The refusal of a field's value.</summary>
    public static Refusal Invalid(string name, string why) => new(RefusalCode.InvalidField, $"{name} {why}.", name);

    private static string Printable(string name) =>
        string.Concat(name.EnumerateRunes().Select(rune => rune.Value is >= ' ' and <= '~' and not ',' ? (char)rune.Value : '?'));

    private JsonElement? Find(string name)
    {
        used.Add(name);
        foreach (var (given, value) in fields)
        {
            if (given == name)
                return value;
        }

        return null;
    }
}
