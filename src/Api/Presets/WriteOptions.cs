using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>
/// What a request for a change of a preset says beside its body. Source: the contract, "Preconditions and retries".
/// </summary>
/// <param name="Message">What the history is to say; null for nothing.</param>
/// <param name="IsDryRun">Whether the change is only tried.</param>
internal readonly record struct WriteOptions(Precondition? Precondition, string? Message, bool IsDryRun)
{
    /// <summary>The name of the header with the message.</summary>
    public const string MessageHeader = "X-Version-Message";

    /// <summary>The name of the query parameter of a dry run.</summary>
    public const string DryRun = "dry_run";

    /// <summary>The name of the query parameter that makes a deletion a purge.</summary>
    public const string Purge = "purge";

    /// <summary>The options of a request.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>, naming what is at fault.</exception>
    public static WriteOptions Read(HttpRequest request) => new(
        PreconditionHeaders.Read(request.Headers),
        MessageOf(request.Headers[MessageHeader]),
        IsDryRunOf(request));

    /// <summary>Whether the change is only tried.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static bool IsDryRunOf(HttpRequest request) => HasFlag(request, DryRun);

    /// <summary>Whether a deletion is a purge.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static bool PurgesOf(HttpRequest request) => HasFlag(request, Purge);

    /// <summary>
    /// What a request says beside its body that changes its outcome, for its fingerprint; empty when it says nothing.
    /// </summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>, naming what is at fault.</exception>
    public static string OutcomeOf(HttpRequest request)
    {
        var create = CreateOptions.Read(request);
        var purges = PurgesOf(request);
        var message = MessageOf(request.Headers[MessageHeader]);
        return create is { Designate: true, Labels: [], SkipUnchanged: false } && !purges && message is null
            ? ""
            : $"\n{create.Designate} {string.Join(' ', create.Labels)} {create.SkipUnchanged} {purges} {message}";
    }

    // Most requests have no query, and reading it costs an allocation.
    private static bool HasFlag(HttpRequest request, string name) =>
        request.QueryString.HasValue && Query.Flag(request, name);

    /// <summary>
    /// The message of a header: percent-encoded UTF-8. Bytes that clients did not encode are taken as they are.
    /// </summary>
    private static string? MessageOf(StringValues values)
    {
        if (StringValues.IsNullOrEmpty(values))
            return null;
        return values.Count > 1 || Decode(values[0]!) is not { } text
            ? throw Invalid("must be given once, as percent-encoded UTF-8 without control characters")
            : Valid(text);
    }

    /// <summary>A message that the history can keep; null for none.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    internal static string? Valid(string? message)
    {
        if (message?.Any(character => char.IsControl(character) && character is not ('\n' or '\t')) == true)
            throw Invalid("must be given once, as percent-encoded UTF-8 without control characters");
        return message is null || message.EnumerateRunes().Count() <= Change.MaxMessageLength
            ? message
            : throw Invalid($"may have at most {Change.MaxMessageLength} characters");
    }

    private static Refusal Invalid(string why) =>
        new(RefusalCode.InvalidParameter, $"{MessageHeader} {why}.", MessageHeader);

    private static string? Decode(string value)
    {
        // The server reads headers as Latin-1, so each character is a byte.
        var bytes = Encoding.Latin1.GetBytes(value);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = bytes[i];
            if (next == '%')
            {
                if (!byte.TryParse(
                    bytes.AsSpan(i + 1, Math.Min(2, bytes.Length - i - 1)),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out next)
                    || i + 2 >= bytes.Length)
                    return null;
                i += 2;
            }

            bytes[length++] = next;
        }

        // Bytes that are neither encoded nor UTF-8 are Latin-1: clients send that too.
        return Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length)
            : value.Contains('%', StringComparison.Ordinal) ? null
            : value;
    }
}
