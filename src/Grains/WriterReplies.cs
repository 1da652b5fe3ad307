using Microsoft.Extensions.Logging;

namespace Presets.Grains;

/// <summary>What this silo's writers answer, as it crosses to another.</summary>
internal sealed partial class WriterReplies(ILocalSiloDetails silo, ILogger<WriterReplies> log)
{
    /// <summary>As <see cref="IPresetGrain.Serve"/>.</summary>
    public async ValueTask<PresetReply> ReplyAsync(PresetWriter writer, ChangeMessage? message)
    {
        try
        {
            if (message is null)
            {
                var preset = writer.Fresh() ?? await writer.GetAsync(CancellationToken.None);
                return PresetReply.Of(preset, silo.SiloAddress);
            }

            // When this release does not know the kind of change, the caller carries it out itself.
            var change = message.ToChange()
                ?? throw new Refusal(RefusalCode.Unavailable, "This node does not know the kind of change.");
            // A grain's writer never retires: the activation ends with it, and only when nothing is under way.
            var answer = await writer.ChangeAsync(change, CancellationToken.None)!;
            return PresetReply.Of(answer, silo.SiloAddress);
        }
        catch (Refusal refusal)
        {
            if (refusal.InnerException is { } cause)
                LogCause(
                    cause is StoreException { NeedsOperator: true } ? LogLevel.Error : LogLevel.Warning,
                    refusal.Code,
                    cause);
            return PresetReply.Of(refusal, silo.SiloAddress);
        }
    }

    /// <summary>That a grain gave no reply.</summary>
    public PresetReply Missing() => PresetReply.Missing(silo.SiloAddress);

    // The caller gets the code and the sentence alone: what the database said stays in this node's log.
    [LoggerMessage("A request was refused with {Code}.")]
    private partial void LogCause(LogLevel level, RefusalCode code, Exception cause);
}
