using System.Text;
using System.Text.Unicode;

namespace Presets.Api;

/// <summary>The other formats that an import takes, by their content type.</summary>
internal static class ImportFormats
{
    private const int MostTextBytes = 4 << 20;

    /// <summary>What turns a body into presets.</summary>
    public delegate IEnumerable<Func<ImportedPart>> Converter(ReadOnlyMemory<byte> body, ImportContext context);

    /// <summary>The formats.</summary>
    public static readonly IReadOnlyDictionary<string, Converter> ByType =
        new Dictionary<string, Converter>(StringComparer.OrdinalIgnoreCase)
        {
            ["application/vnd.openrouter.presets+json"] = ForeignFormats.OpenRouter,
            ["application/vnd.openai.prompt+json"] = ForeignFormats.OpenAi,
            ["application/vnd.langfuse.prompts+json"] = ForeignFormats.Langfuse,
            ["application/vnd.github.prompt+yaml"] = (body, context) =>
                ForeignFormats.GitHub(YamlText.ToJson(TextOf(body)), context),
            ["application/vnd.dotprompt"] = (body, context) =>
            {
                var (frontMatter, template) = ForeignFormats.SplitDotprompt(TextOf(body));
                return ForeignFormats.Dotprompt(YamlText.ToJson(frontMatter), template, context);
            },
        };

    private static string TextOf(ReadOnlyMemory<byte> body) =>
        body.Length > MostTextBytes
            ? throw new Refusal(RefusalCode.BodyTooLarge, $"The file may have at most {MostTextBytes} bytes.")
        : Utf8.IsValid(body.Span) ? Encoding.UTF8.GetString(body.Span)
        : throw new Refusal(RefusalCode.InvalidRequest, "The body is not valid UTF-8.");
}
