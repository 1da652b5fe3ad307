namespace Presets;

/// <summary>Checks that the parts of one preset follow one another and are all of it.</summary>
/// <param name="preset">The preset of the first part.</param>
public sealed class ImportSequence(Preset preset)
{
    private int parts;
    private int versions;
    private int numbered;
    private int changes;
    private long versionRevision;
    private long changeRevision;

    /// <summary>The preset of the first part.</summary>
    public Preset Preset => preset;

    /// <summary>How many versions there were.</summary>
    public int Versions => versions;

    /// <summary>Whether a part belongs to this preset.</summary>
    public bool Includes(ImportedPart part) => part.Number == parts + 1 && part.Name == preset.FullName;

    /// <summary>Takes the next part.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidField"/>: it does not follow.</exception>
    public void Add(ImportedPart part)
    {
        parts++;
        foreach (var version in part.Versions)
        {
            if (version.Version != versions + 1)
                throw Invalid("versions", $"Version {versions + 1} is missing; {version.Version} stands in its place.");
            versions++;
            if (version.Revision == 0)
                continue;
            numbered++;
            if (version.Revision <= versionRevision || version.Revision > preset.Revision)
                throw Invalid("versions", $"Version {versions}: revision {version.Revision} is not in its turn.");
            versionRevision = version.Revision;
        }

        foreach (var change in part.History)
        {
            changes++;
            if (change.Revision <= changeRevision || change.Revision > preset.Revision)
                throw Invalid("history", $"Revision {change.Revision} is not in its turn.");
            changeRevision = change.Revision;
        }

        if (versions > preset.LatestVersion || (part.IsLast && versions < preset.LatestVersion))
            throw Invalid(
                "latest_version", $"There are {versions} versions, but latest_version is {preset.LatestVersion}.");
        if (numbered + changes > preset.Revision)
            throw Invalid("revision", $"There are more versions and changes than revision {preset.Revision}.");
    }

    private static Refusal Invalid(string field, FormattableString message) =>
        new(RefusalCode.InvalidField, FormattableString.Invariant(message), field);
}
