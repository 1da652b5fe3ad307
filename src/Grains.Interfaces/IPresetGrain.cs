using Orleans.Concurrency;

namespace Presets.Grains;

/// <summary>
/// One preset of one workspace, whichever silo hosts it. The key is <see cref="PresetGrainKey"/>'s: the workspace's id
/// as 32 hexadecimal digits, a slash, the slug. A slug has no slash and the id a fixed length, so no two presets share
/// a key.
/// </summary>
[Alias("Presets.IPresetGrain")]
public interface IPresetGrain : IGrainWithStringKey
{
    /// <summary>
    /// As <see cref="IPresets.ChangeAsync"/>, or <see cref="IPresets.GetAsync"/> when there is no change. A call that
    /// is repeated with the same change makes it once.
    /// </summary>
    [Alias("Serve")]
    ValueTask<PresetReply> Serve(ChangeMessage? change);

    /// <summary>
    /// Makes the next read ask the database: another node has written this preset direct. Best effort, so nobody waits
    /// for it.
    /// </summary>
    [Alias("Invalidate")]
    [OneWay]
    ValueTask Invalidate();
}
