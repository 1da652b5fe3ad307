using System.IO.Pipelines;
using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// Writes presets as the records of an export. It holds a megabyte of versions at a time, and no connection while it
/// waits for the client.
/// </summary>
internal sealed class PresetExport(ExportStore store, PipeWriter writer, CancellationToken cancellationToken)
{
    /// <summary>The bytes after which a preset goes on in another record.</summary>
    public const int PartBytes = 8 << 20;

    private const int FlushBytes = 32 * 1024;

    private long partBytes;
    private bool isFirst;
    private int part;

    /// <summary>Writes one preset; nothing when it was purged since its state was read.</summary>
    /// <param name="preset">Its state, which says what belongs to it: versions and history never change.</param>
    public async Task WriteAsync(Preset preset)
    {
        part = 0;
        for (var next = 1; next <= preset.LatestVersion;)
        {
            var versions = await store.ListVersionsAsync(preset.Id, next, preset.LatestVersion, cancellationToken);
            // Its versions go after its head.
            if (versions.Count == 0 || versions[0].Version != next)
            {
                if (part > 0)
                    Write(json => ExportJson.WriteVersionsEnd(json));
                await EndAsync(isLast: true, isPurged: true);
                return;
            }

            foreach (var version in versions)
            {
                if (part == 0)
                    Start(preset);
                else if (partBytes >= PartBytes)
                {
                    Write(json => ExportJson.WriteVersionsEnd(json));
                    await EndAsync(isLast: false);
                    Start(preset);
                }

                Write(json => ExportJson.WriteVersion(json, version, isFirst));
                isFirst = false;
                await FlushAsync();
            }

            next += versions.Count;
        }

        Write(json => ExportJson.WriteVersionsEnd(json));
        isFirst = true;
        for (var after = 0L; ;)
        {
            var changes = await store.ListChangesAsync(preset.Id, after, preset.Revision, cancellationToken);
            if (changes.Count == 0)
                break;
            foreach (var change in changes)
            {
                if (partBytes >= PartBytes)
                {
                    await EndAsync(isLast: false);
                    Start(preset);
                    Write(json => ExportJson.WriteVersionsEnd(json));
                }

                Write(json => ExportJson.WriteChange(json, change, isFirst));
                isFirst = false;
                await FlushAsync();
            }

            after = changes[^1].Revision;
        }

        await EndAsync(isLast: true, isPurged: !await store.ExistsAsync(preset.Id, cancellationToken));
    }

    private void Start(Preset preset)
    {
        partBytes = 0;
        isFirst = true;
        part++;
        Write(json => ExportJson.WriteStart(json, preset, part));
    }

    private async Task EndAsync(bool isLast, bool isPurged = false)
    {
        if (part == 0)
            return;
        Write(json => ExportJson.WriteEnd(json, isLast, isPurged));
        await FlushAsync();
    }

    private void Write(Action<PipeWriter> write)
    {
        var before = writer.UnflushedBytes;
        write(writer);
        partBytes += writer.UnflushedBytes - before;
    }

    private async Task FlushAsync()
    {
        if (writer.UnflushedBytes >= FlushBytes && (await writer.FlushAsync(cancellationToken)).IsCompleted)
            throw new IOException("The client left.");
    }
}
