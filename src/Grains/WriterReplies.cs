using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>What this silo's writers answer, as it crosses to another.</summary>
internal sealed partial class WriterReplies(ILocalSiloDetails silo, ILogger<WriterReplies> log)
{
    /// <summary>As <see cref="IPresetGrain.Get"/>.</summary>
    public ValueTask<PresetReply> GetAsync(PresetWriter writer) =>
        writer.Fresh() is { } answer
            ? new(PresetReply.Of(answer, replayed: false, silo.SiloAddress))
            : LoadAsync(writer);

    /// <summary>As <see cref="IPresetGrain.Change"/>.</summary>
    public async ValueTask<PresetReply> ChangeAsync(PresetWriter writer, ChangeMessage message)
    {
        // A kind of change that this release does not know: the caller carries it out itself.
        if (message.ToChange() is not { } change)
            return Refuse(new Refusal(RefusalCode.Unavailable, "This node does not know the kind of change."));
        try
        {
            // A grain's writer never retires: the activation ends with it, and only when nothing is under way.
            var answer = await writer.ChangeAsync(change, CancellationToken.None)!;
            return PresetReply.Of(answer.Preset, answer.Replayed, silo.SiloAddress);
        }
        catch (Refusal refusal)
        {
            return Refuse(refusal);
        }
    }

    /// <summary>That a grain gave no reply.</summary>
    public PresetReply Missing() => PresetReply.Missing(silo.SiloAddress);

    private async ValueTask<PresetReply> LoadAsync(PresetWriter writer)
    {
        try
        {
            return PresetReply.Of(await writer.GetAsync(CancellationToken.None), replayed: false, silo.SiloAddress);
        }
        catch (Refusal refusal)
        {
            return Refuse(refusal);
        }
    }

    private PresetReply Refuse(Refusal refusal)
    {
        if (refusal.InnerException is { } cause)
        {
            var level = cause is StoreException { NeedsOperator: true } ? LogLevel.Error : LogLevel.Warning;
            LogCause(level, refusal.Code, cause);
        }

        return PresetReply.Of(refusal, silo.SiloAddress);
    }

    // The caller gets the code and the sentence alone: what the database said stays in this node's log.
    [LoggerMessage("A request was refused with {Code}.")]
    private partial void LogCause(LogLevel level, RefusalCode code, Exception cause);
}
