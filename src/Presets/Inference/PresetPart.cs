using System.Text.Json;

namespace Presets;

/// <summary>
/// A version of a preset made ready for one kind of request: its fields and locks are those of that body. Immutable;
/// making one costs a parse of the config, so callers keep it.
/// </summary>
public sealed class PresetPart
{
    private readonly PresetMember[] members;

    private PresetPart(
        ServedVersion version,
        BodyKind kind,
        IReadOnlyList<PresetMember> members,
        IReadOnlyList<string> dropped,
        IReadOnlyList<LockedPath> locked)
    {
        Version = version;
        Kind = kind;
        this.members = [.. members];
        Dropped = dropped;
        Locked = locked;
        Model = ModelOf(members);
        Locks = new FieldLocks(version.Slug, locked);
        if (members.FirstOrDefault(member => member.Name == "tools") is { } tools)
            Tools = PresetTools.Read(tools.Value);
    }

    /// <summary>What it was made of.</summary>
    public ServedVersion Version { get; }

    /// <summary>The kind of request it is for.</summary>
    public BodyKind Kind { get; }

    /// <summary>
    /// The fields it gives a request. A value that needs no change of shape is spelled as it is stored.
    /// </summary>
    public IReadOnlyList<PresetMember> Members => members;

    /// <summary>The system text as UTF-8, escaped as JSON, without quotes; null for none.</summary>
    public ReadOnlyMemory<byte>? SystemPrompt => Version.SystemPrompt;

    /// <summary>The model it names; null for none.</summary>
    public string? Model { get; }

    /// <summary>The places in the config that the request cannot say, such as <c>seed</c> or <c>tools[1]</c>.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>The paths of the request that it locks.</summary>
    public IReadOnlyList<LockedPath> Locked { get; }

    /// <summary>What the locked paths forbid.</summary>
    internal FieldLocks Locks { get; }

    /// <summary>Its tools.</summary>
    internal PresetTools Tools { get; } = PresetTools.None;

    /// <summary>The place of a field in <see cref="Members"/>, by its name as UTF-8; -1 when it has none.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].NameBytes.SequenceEqual(name))
                return index;
        }
        return -1;
    }

    /// <summary>Makes a version ready for requests of a kind.</summary>
    public static PresetPart Of(ServedVersion version, BodyKind kind)
    {
        var locked = LockedPath.ReadAll(version.Locked);
        if (kind != version.Body)
        {
            var (converted, lost) = ConfigConversion.Convert(version.Config, version.Body, kind);
            return new PresetPart(
                version, kind, converted, lost, LockConversion.Convert(locked, version.Body, kind));
        }

        // An import may have stored what requests of its kind do not take.
        var taken = PresetMember.ReadAll(version.Config).ToLookup(member => member.IsTakenBy(kind));
        return new PresetPart(version, kind, [.. taken[true]], [.. taken[false].Select(member => member.Name)], locked);
    }

    private static string? ModelOf(IReadOnlyList<PresetMember> members)
    {
        if (members.FirstOrDefault(member => member.Name == "model") is not { } model)
            return null;
        var reader = new Utf8JsonReader(model.Value.Span);
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } name ? name : null;
    }
}
