using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>What this silo's writers answer, as it crosses to another.</summary>
public sealed partial class WriterReplies(ILocalSiloDetails silo, ILogger<WriterReplies> log)
{
    private readonly string address = silo.SiloAddress.ToParsableString();

    /// <summary>As <see cref="IPresetGrain.Get"/>.</summary>
    internal ValueTask<PresetReply> GetAsync(PresetWriter writer) =>
        writer.Fresh() is { } answer ? new(PresetReply.Of(answer, replayed: false, address)) : AskAsync(writer);

    /// <summary>As <see cref="IPresetGrain.Change"/>.</summary>
    internal async ValueTask<PresetReply> ChangeAsync(PresetWriter writer, ChangeMessage message)
    {
        // A kind of change that this release does not know: the caller carries it out itself.
        if (message.ToChange() is not { } change)
            return Unavailable();
        try
        {
            // A grain's writer never retires: the activation ends with it, and only when nothing is under way.
            var answer = await writer.ChangeAsync(change, CancellationToken.None)!.ConfigureAwait(false);
            return PresetReply.Of(answer.Preset, answer.Replayed, address);
        }
        catch (Refusal refusal)
        {
            return Refuse(refusal);
        }
    }

    /// <summary>The reply when no writer could be asked.</summary>
    internal PresetReply Unavailable() => PresetReply.Of(new Refusal(RefusalCode.Unavailable, "The preset's grain cannot be reached."), address);

    private async ValueTask<PresetReply> AskAsync(PresetWriter writer)
    {
        try
        {
            return PresetReply.Of(await writer.GetAsync(CancellationToken.None).ConfigureAwait(false), replayed: false, address);
        }
        catch (Refusal refusal)
        {
            return Refuse(refusal);
        }
    }

    private PresetReply Refuse(Refusal refusal)
    {
        if (refusal.InnerException is { } cause)
            LogCause(log, refusal.Code, cause);
        return PresetReply.Of(refusal, address);
    }

    // The caller gets the code and the sentence alone: what the database said stays in this node's log.
    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was refused with {Code}.")]
    private static partial void LogCause(ILogger logger, RefusalCode code, Exception cause);
}
