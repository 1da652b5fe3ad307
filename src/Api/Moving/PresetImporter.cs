using System.Globalization;
using System.Text;
using Presets.Storage;

namespace Presets.Api;

/// <summary>What an import does with a preset whose slug is taken.</summary>
internal enum OnConflict
{
    Refuse,
    Append,
    Skip,
}

/// <summary>
/// Takes presets part by part and stores each as a whole or not at all. One that cannot be stored is refused, and the
/// import goes on; a database that does not answer ends it.
/// </summary>
/// <param name="record">What the workspace's history says of the import.</param>
/// <param name="report">Tells what became of a preset.</param>
internal sealed class PresetImporter(
    ImportStore store, IPresets presets, HistoryEntry record, OnConflict onConflict, bool isDryRun,
    Action<ImportResult> report)
{
    private Current? current;
    private PresetName? refused;
    private int imported;
    private int appended;
    private int skipped;
    private int refusals;

    /// <summary>How many presets there were of each result.</summary>
    public ImportCounts Counts =>
        new() { Imported = imported, Appended = appended, Skipped = skipped, Refused = refusals };

    /// <summary>Takes the next part.</summary>
    /// <param name="line">Where it stands.</param>
    /// <param name="read">Reads it; what it refuses is told.</param>
    public async Task AddAsync(long line, Func<ImportedPart> read, CancellationToken cancellationToken)
    {
        ImportedPart part;
        try
        {
            part = read();
        }
        catch (Refusal refusal)
        {
            Refuse(line, null, refusal);
            return;
        }

        if (current is { } before && !before.Sequence.Includes(part))
            await RefuseAsync(before, new Refusal(RefusalCode.InvalidField, "Its next part is missing.", "part"));
        if (current is null && part.Preset is null)
        {
            if (refused != part.Name)
                Refuse(
                    line,
                    part.Name,
                    new Refusal(RefusalCode.InvalidField, $"Part {part.Number} comes without those before.", "part"));
            return;
        }

        current ??= new Current(line, new ImportSequence(part.Preset!));
        try
        {
            await AddAsync(current, part, cancellationToken);
        }
        catch (Refusal refusal) when (IsOfPreset(refusal))
        {
            await RefuseAsync(current, refusal);
        }
    }

    /// <summary>The import has ended: what is not complete is refused.</summary>
    public async Task EndAsync()
    {
        if (current is { } last)
            await RefuseAsync(last, new Refusal(RefusalCode.InvalidField, "Its last part is missing.", "part"));
    }

    /// <summary>The import has failed: nothing of a preset that is not complete stays.</summary>
    public async Task AbandonAsync()
    {
        try
        {
            if (current?.Import is { } import)
                await import.AbandonAsync();
        }
        catch (StoreException)
        {
            // What is left goes by itself, after an hour.
        }
    }

    private async Task AddAsync(Current preset, ImportedPart part, CancellationToken cancellationToken)
    {
        preset.Sequence.Add(part);
        if (part.IsPurged)
            throw new Refusal(RefusalCode.PresetPurged, "The preset was purged while it was exported.");
        if (part.Number == 1)
            await StartAsync(preset, part, cancellationToken);
        if (preset.Appends && !isDryRun)
            await AppendAsync(part, cancellationToken);
        if (preset.Import is { } import)
            await import.AddAsync(part, cancellationToken);
        preset.Dropped.AddRange(part.Dropped);
        if (part.IsLast)
            await FinishAsync(preset, cancellationToken);
    }

    private async Task StartAsync(Current preset, ImportedPart part, CancellationToken cancellationToken)
    {
        if (!await store.ExistsAsync(part.Name, cancellationToken))
        {
            preset.Import = isDryRun ? null : store.Start(part.Preset!);
            return;
        }

        if (onConflict == OnConflict.Refuse)
            throw Taken();
        preset.Skips = onConflict == OnConflict.Skip;
        preset.Appends = !preset.Skips;
        if (preset.Appends)
            await RefuseIfArchivedAsync(part.Name, cancellationToken);
    }

    private async Task RefuseIfArchivedAsync(PresetName name, CancellationToken cancellationToken)
    {
        if (await presets.GetAsync(name, cancellationToken) is { Status: PresetStatus.Archived })
            throw new Refusal(RefusalCode.PresetArchived, $"Preset \"{name.Slug}\" is archived.");
    }

    private async Task FinishAsync(Current preset, CancellationToken cancellationToken)
    {
        if (preset.Import is { } import && !await import.FinishAsync(Record(imported + 1), cancellationToken))
        {
            // Somebody has made it meanwhile.
            preset.Import = null;
            preset.Skips = onConflict == OnConflict.Skip;
            if (!preset.Skips)
                throw Taken();
        }

        current = null;
        var result = preset.Skips ? "skipped" : preset.Appends ? "appended" : "imported";
        _ = preset.Skips ? skipped++ : preset.Appends ? appended++ : imported++;
        report(new ImportResult
        {
            Line = preset.Line,
            Slug = preset.Sequence.Preset.FullName.Slug,
            Result = result,
            Versions = preset.Sequence.Versions,
            Dropped = preset.Dropped.Count == 0 ? null : preset.Dropped,
        });
    }

    /// <summary>
    /// Appends versions by the way of every change. Each has an id that follows from where it came from, so that it is
    /// not appended again when the import is repeated.
    /// </summary>
    private async Task AppendAsync(ImportedPart part, CancellationToken cancellationToken)
    {
        foreach (var version in part.Versions)
        {
            var change = new Append(
                AppendedId(part.Name, version.Id), record.UserId, version.Body, version.Config, version.SystemPrompt)
            {
                Designate = false,
                Key = record.Key,
                Message = version.Message,
                RequestId = record.RequestId,
                MayBeStored = true,
            };
            try
            {
                await presets.ChangeAsync(part.Name, change, cancellationToken);
            }
            catch (Refusal refusal) when (refusal.Code == RefusalCode.OutcomeUnknown)
            {
                // An archived preset refuses what may be stored already with this code.
                await RefuseIfArchivedAsync(part.Name, cancellationToken);
                throw;
            }
        }
    }

    private async Task RefuseAsync(Current preset, Refusal refusal)
    {
        current = null;
        if (preset.Import is { } import)
            await import.AbandonAsync();
        Refuse(preset.Line, preset.Sequence.Preset.FullName, refusal);
    }

    private void Refuse(long line, PresetName? name, Refusal refusal)
    {
        refusals++;
        refused = name;
        report(new ImportResult
        {
            Line = line,
            Slug = name?.Slug,
            Result = "refused",
            Error = ErrorAnswer.DetailOf(refusal),
        });
    }

    private HistoryEntry Record(int count) => record with
    {
        Effects = Effect.ToText(
            [new Effect("imported", Field: "presets", To: count.ToString(CultureInfo.InvariantCulture))]),
    };

    private static Refusal Taken() =>
        new(RefusalCode.SlugTaken, "There is a preset with this slug already.", "slug");

    private static bool IsOfPreset(Refusal refusal) =>
        refusal.Code is not (RefusalCode.Unavailable or RefusalCode.Overloaded or RefusalCode.OutcomeUnknown);

    private static Guid AppendedId(PresetName name, Guid versionId) =>
        HashedId.Of(Encoding.UTF8.GetBytes($"{name.WorkspaceId}/{name.Slug}/{versionId}"));

    private sealed class Current(long line, ImportSequence sequence)
    {
        public long Line => line;

        public ImportSequence Sequence => sequence;

        public PresetImport? Import { get; set; }

        public bool Skips { get; set; }

        public bool Appends { get; set; }

        public List<string> Dropped { get; } = [];
    }
}
