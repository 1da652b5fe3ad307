using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>What an importer knows beside the text it reads.</summary>
/// <param name="UserId">Who made what names no maker.</param>
/// <param name="Slug">The slug that the request gives a single prompt; null for the prompt's own.</param>
/// <param name="Now">When what tells no time was made.</param>
public sealed record ImportContext(Guid WorkspaceId, string UserId, string? Slug, DateTimeOffset Now);

/// <summary>A preset as an importer builds it from another format.</summary>
/// <param name="slug">What it is to be called; what no slug may hold becomes a hyphen.</param>
internal sealed class ForeignPreset(string slug, ImportContext context)
{
    private readonly List<PresetVersion> versions = [];
    private readonly List<string> dropped = [];
    private readonly PresetName fullName = new(context.WorkspaceId, SlugOf(context.Slug ?? slug));
    private LabelSet labels = LabelSet.None;
    private int designated;

    public string? Name { get; init; }

    public string? Description { get; init; }

    public Guid Id { get; init; } = Guid.CreateVersion7(context.Now);

    public PresetStatus Status { get; init; }

    public DateTimeOffset? StatusUpdatedAt { get; init; }

    public string CreatorUserId { get; init; } = context.UserId;

    public DateTimeOffset CreatedAt { get; init; } = context.Now;

    public DateTimeOffset UpdatedAt { get; init; } = context.Now;

    /// <summary>The number of the next version.</summary>
    public int Next => versions.Count + 1;

    /// <summary>Says that something cannot be kept; once.</summary>
    public void Drop(string what)
    {
        if (!dropped.Contains(what))
            dropped.Add(what);
    }

    /// <summary>Adds a version as it is.</summary>
    public void Add(PresetVersion version) =>
        versions.Add(version with { Version = Next, Revision = Next });

    /// <summary>Adds a version from a request body: what a create would keep of it.</summary>
    /// <exception cref="Refusal">A create would refuse it.</exception>
    public void Add(BodyKind kind, ReadOnlySpan<byte> body, string? message)
    {
        var filtered = BodyFilter.Filter(kind, body);
        foreach (var name in filtered.IgnoredFields?.Split(", ") ?? [])
            Drop(name);
        var prompt = filtered.SystemPrompt is { } text ? text : default(ReadOnlyMemory<byte>?);
        Add(new PresetVersion(
            Guid.CreateVersion7(context.Now), Guid.Empty, 0, 0, context.UserId, context.Now, kind, filtered.Config,
            prompt)
        {
            Message = Cut("message", message, Change.MaxMessageLength),
        });
    }

    /// <summary>Labels the version that was added last, if that can be.</summary>
    public void Label(string name)
    {
        if (Presets.Label.FaultOf(name) is not null || (labels.Find(name) is null && labels.Count == LabelSet.Most))
            Drop($"label {name}");
        else
            labels = labels.With(new Label(name, versions.Count, Protected: false));
    }

    /// <summary>Designates the version that was added last; the newest is designated otherwise.</summary>
    public void Designate() => designated = versions.Count;

    /// <summary>The preset as a part of an import.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.MissingField"/>: it has no version.</exception>
    public ImportedPart ToPart()
    {
        if (versions.Count == 0)
            throw new Refusal(RefusalCode.MissingField, "The preset has no version.", "versions");
        var preset = new Preset(
            Id, fullName, Cut("name", Name, 256) ?? fullName.Slug, Cut("description", Description, 4096), Status,
            CreatorUserId, CreatedAt, UpdatedAt, StatusUpdatedAt, versions.Count,
            designated == 0 ? versions.Count : designated, Guid.Empty, versions.Count)
        {
            Labels = labels,
        };
        return new ImportedPart(fullName, 1, IsLast: true, preset, versions, []) { Dropped = dropped };
    }

    /// <summary>A request body that is written member by member.</summary>
    public static ReadOnlySpan<byte> Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    // Characters are Unicode code points, as everywhere. An empty text is none.
    private string? Cut(string what, string? text, int most)
    {
        var (characters, length) = (0, 0);
        foreach (var character in text.AsSpan().EnumerateRunes())
        {
            if (characters++ == most)
            {
                Drop(string.Create(CultureInfo.InvariantCulture, $"the {what}'s characters after the {most:N0}th"));
                return text![..length];
            }

            length += character.Utf16SequenceLength;
        }

        return length == 0 ? null : text;
    }

    private static string SlugOf(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var character in text)
            if (Presets.Slug.IsValid([character]))
                slug.Append(character);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        var cut = slug.ToString(0, Math.Min(slug.Length, Presets.Slug.MaxLength)).Trim('-');
        return Presets.Slug.IsValid(cut)
            ? cut
            : throw new Refusal(
                RefusalCode.InvalidSlug, "The prompt has no name that could be its slug: name one as ?slug=", "slug");
    }
}
