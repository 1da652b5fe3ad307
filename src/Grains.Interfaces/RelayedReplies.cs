namespace Presets.Grains;

/// <summary>Replies on their way to the silo that asked. Members are only ever added.</summary>
/// <param name="Replies">The replies, in no order that matters.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.RelayedReplies")]
public sealed record RelayedReplies([property: Id(0)] RelayedReply[] Replies);

/// <summary>One reply.</summary>
/// <param name="Number">The <see cref="RelayedCall.Number"/> of its call.</param>
/// <param name="Reply">As the grain gives it.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.RelayedReply")]
public sealed record RelayedReply([property: Id(0)] long Number, [property: Id(1)] PresetReply Reply);
