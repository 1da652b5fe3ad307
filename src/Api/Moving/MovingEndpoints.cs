using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Presets.Storage;

namespace Presets.Api;

/// <summary>Takes presets out of a workspace and into one. Both routes stream lines of JSON.</summary>
internal sealed class MovingEndpoints(
    ExportStore exports,
    ImportStore imports,
    IPresets presets,
    WorkspaceStore workspaces,
    PresetWorkspace workspace,
    RequestBodies bodies,
    PresetsOptions options,
    TimeProvider clock)
{
    private const string Lines = "application/x-ndjson";
    private const int FlushBytes = 16 * 1024;
    private const int PageSize = 100;

    // What the lines of imports may hold on a node: one of the largest, with what a growing one copies.
    private readonly QueueBudget budget = new(2L * BodyLines.MostLineBytes);

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var moving = routes.MapGroup("").WithTags("Moving")
            .WithMetadata(new QueryDoc(PresetWorkspace.Parameter));
        moving.MapRaw<ExportRecord>(HttpMethod.Get, "export", ExportAsync, Lines)
            .RequireKey(KeyKind.Any, KeyScopes.Read)
            .WithName("exportPresets")
            .WithSummary("Export presets")
            .WithDescription(
                "A line of JSON for each preset of a workspace, archived ones included, with all its versions, its "
                + "labels and its history. A preset of more than 8 MiB goes on in further lines.")
            .WithMetadata(new QueryDoc("slug[]"))
            .Refuses(404);
        moving.MapRaw<ImportResult>(HttpMethod.Post, "import", ImportAsync, Lines)
            .RequireKey(KeyKind.Any, KeyScopes.Write | KeyScopes.Promote)
            .WithName("importPresets")
            .WithSummary("Import presets")
            .WithDescription(
                "Recreates the presets of an export, each as a whole or not at all, and answers a line of JSON for "
                + "each. Other formats are told by their content type.")
            .WithMetadata(
                new QueryDoc("slug?", "on_conflict", WriteOptions.DryRun), new RequestDoc(typeof(ExportRecord), Lines))
            .Refuses(404);
    }

    private async Task ExportAsync(HttpContext context, ApiKey caller)
    {
        var aborted = context.RequestAborted;
        var workspaceId = await WorkspaceOfAsync(context, caller);
        var named = new List<Preset>();
        foreach (var slug in context.Request.Query["slug"].Distinct().Order(StringComparer.Ordinal))
        {
            named.Add(await exports.FindAsync(new PresetName(workspaceId, slug ?? ""), aborted)
                ?? throw new Refusal(RefusalCode.NotFound, $"There is no preset \"{slug}\".", "slug"));
        }

        context.Response.ContentType = Lines;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var export = new PresetExport(exports, context.Response.BodyWriter, aborted);
        var page = named.Count > 0 ? named : await exports.ListAsync(workspaceId, "", PageSize, aborted);
        // From here on, a failure breaks the answer off: an error could not be told from what it follows.
        await context.Response.StartAsync(aborted);
        while (true)
        {
            foreach (var preset in page)
                await export.WriteAsync(preset);
            if (named.Count > 0 || page.Count < PageSize)
                return;
            page = await exports.ListAsync(workspaceId, page[^1].FullName.Slug, PageSize, aborted);
        }
    }

    private async Task ImportAsync(HttpContext context, ApiKey caller)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey(IdempotencyHeader.Name))
        {
            throw new Refusal(
                RefusalCode.InvalidParameter,
                "An import takes no Idempotency-Key: repeat it with on_conflict=skip.",
                IdempotencyHeader.Name);
        }

        var onConflict = Query.Text(request, "on_conflict") switch
        {
            null => OnConflict.Refuse,
            "append" => OnConflict.Append,
            "skip" => OnConflict.Skip,
            _ => throw new Refusal(
                RefusalCode.InvalidParameter, "on_conflict must be append or skip.", "on_conflict"),
        };
        var write = WriteOptions.Read(request);
        var slug = Query.Text(request, "slug");
        if (slug is not null && !Slug.IsValid(slug))
            throw PresetWorkspace.InvalidSlug();
        var type = request.ContentType?.Split(';')[0].Trim() ?? "";
        var convert = ImportFormats.ByType.GetValueOrDefault(type);
        if (convert is null && !type.Equals(Lines, StringComparison.OrdinalIgnoreCase))
        {
            throw new Refusal(
                RefusalCode.UnsupportedMediaType,
                $"An import must be sent as {Lines}, {string.Join(", ", ImportFormats.ByType.Keys)}.",
                "Content-Type");
        }

        if (request.ContentLength > options.MaxImportBytes)
            throw BodyLines.TooLarge(options.MaxImportBytes);
        var workspaceId = await WorkspaceOfAsync(context, caller);

        // Its own limit is on pauses; a client may be as slow as it is.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Response.ContentType = Lines;
        var writer = context.Response.BodyWriter;
        var hasReported = false;
        var now = Timestamp.Now(clock);
        var record = new HistoryEntry(
            Guid.CreateVersion7(now), new PresetName(workspaceId, ""), null, 0, now, caller.UserId, caller.Hash,
            write.Message, RequestIds.Of(context), "");
        var importer = new PresetImporter(imports, presets, record, onConflict, write.IsDryRun, Report);
        var reader = bodies.ReaderOf(context);
        using var lines = new BodyLines(reader, budget, options.MaxImportBytes, options.BodyTimeout, clock);
        var source = new ImportContext(workspaceId, caller.UserId, slug, now);
        var line = 0L;
        ErrorDetail? error = null;
        var isComplete = false;
        try
        {
            while (await lines.ReadAsync(whole: convert is not null))
                foreach (var read in Presets())
                {
                    await importer.AddAsync(++line, read, context.RequestAborted);
                    if (writer.UnflushedBytes >= FlushBytes)
                        await writer.FlushAsync(context.RequestAborted);
                }

            await importer.EndAsync();
            isComplete = true;
        }
        catch (Exception failure) when (
            hasReported && !context.RequestAborted.IsCancellationRequested
            && ErrorMiddleware.RefusalOf(failure) is { Code: not RefusalCode.InternalError } refusal)
        {
            // The answer has begun: its last line says why it ends.
            error = ErrorAnswer.DetailOf(refusal);
        }
        catch (Exception) when (hasReported && !context.Response.HasStarted)
        {
            // A defect breaks the answer off, so that it is not taken for a whole one.
            await context.Response.StartAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            if (!isComplete)
                await importer.AbandonAsync();
            if (reader != request.BodyReader)
                await reader.CompleteAsync();
        }

        Report(new ImportResult
        {
            Line = line,
            Result = isComplete ? "done" : "stopped",
            Counts = importer.Counts,
            Error = error,
        });

        IEnumerable<Func<ImportedPart>> Presets()
        {
            if (convert is not null)
                return convert(lines.Line, source);
            line = lines.Number - 1;
            return lines.Line.Span.Trim(" \t\r"u8).IsEmpty
                ? []
                : [() => ExportReader.Read(lines.Line, workspaceId, now)];
        }

        void Report(ImportResult result)
        {
            hasReported = true;
            using (var json = new Utf8JsonWriter(writer))
                JsonSerializer.Serialize(json, result, ApiJson.Instance.ImportResult);
            writer.Write("\n"u8);
        }
    }

    private async Task<Guid> WorkspaceOfAsync(HttpContext context, ApiKey caller)
    {
        var id = workspace.Of(context, caller);
        return await workspaces.FindAsync(id, context.RequestAborted) is not null
            ? id
            : throw new Refusal(RefusalCode.NotFound, "There is no such workspace.", PresetWorkspace.Parameter);
    }
}
