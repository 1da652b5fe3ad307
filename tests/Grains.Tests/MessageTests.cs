using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Presets.Grains.Tests;

/// <summary>A draft as a later release may send it: today's members, and one more.</summary>
[GenerateSerializer]
[Alias("Presets.Tests.LaterDraftMessage")]
internal sealed record LaterDraftMessage(
    [property: Id(0)] Guid VersionId,
    [property: Id(1)] byte[] Config,
    [property: Id(2)] byte[]? SystemPrompt,
    [property: Id(3)] string CreatorId,
    [property: Id(4)] string? IdempotencyKey,
    [property: Id(5)] byte[]? Fingerprint,
    [property: Id(6)] List<string> Labels);

/// <summary>A reply as a later release may send it.</summary>
[GenerateSerializer]
[Alias("Presets.Tests.LaterPresetReply")]
internal sealed record LaterPresetReply(
    [property: Id(0)] byte[]? Body,
    [property: Id(1)] Guid PresetId,
    [property: Id(2)] long Revision,
    [property: Id(3)] bool Replayed,
    [property: Id(4)] SiloAddress Silo,
    [property: Id(5)] string? RefusalCode,
    [property: Id(6)] string? RefusalMessage,
    [property: Id(7)] string? RefusalField,
    [property: Id(8)] LaterDraftMessage Draft,
    [property: Id(9)] string Label);

/// <summary>Nodes of two releases talk to each other during a rolling upgrade.</summary>
public sealed class MessageTests
{
    private static readonly Guid Id = Guid.Parse("0193b3a0-1111-7222-8333-444455556666");
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 5);
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void A_draft_with_members_of_a_later_release_is_read()
    {
        var later = new LaterDraftMessage(Id, [1, 2], null, "user_1", "key", [3], ["a", "b"]);

        var read = Read<DraftMessage>(Write(later));

        Assert.Equal((Id, "user_1", "key"), (read.VersionId, read.CreatorId, read.IdempotencyKey));
        Assert.Equal([1, 2], read.Config);
        Assert.Null(read.SystemPrompt);
        Assert.Equal([3], read.Fingerprint);
    }

    [Fact]
    public void A_reply_with_members_of_a_later_release_is_read()
    {
        var draft = new LaterDraftMessage(Id, [1], [2], "u", null, null, []);
        var later = new LaterPresetReply([7], Id, 5, true, Silo, null, null, "field", draft, "stable");

        var read = Read<PresetReply>(Write(later));

        Assert.Equal((Id, 5, true), (read.PresetId, read.Revision, read.Replayed));
        Assert.Equal((Silo, "field"), (read.Silo, read.RefusalField));
        Assert.Equal([7], read.Body);
    }

    [Fact]
    public void A_later_release_reads_what_has_fewer_members()
    {
        var read = Read<LaterPresetReply>(Write(new PresetReply([7], Id, 5, true, Silo, "NotFound", "message", null)));

        Assert.Equal((Id, 5, Silo), (read.PresetId, read.Revision, read.Silo));
        Assert.Equal(("NotFound", "message"), (read.RefusalCode, read.RefusalMessage));
        Assert.Null(read.Draft);
        Assert.Null(read.Label);
    }

    // What nodes of this release send. When this fails a member was renumbered or has changed its type, and older nodes
    // read something else.
    [Fact]
    public void Messages_are_the_bytes_they_were()
    {
        const string SiloBytes = "40097f000001019ead0115e0";
        const string DraftBytes = "21a0b3930111112272833344445555666641050102410303410d757365725f31";
        const string ReplyBytes =
            "03074121a0b39301111122728333444455556666011501032140097f000001019ead0115e0"
            + "41114e6f74466f756e64410f6d657373616765410b6669656c64";
        var draft = new DraftMessage(Id, [1, 2], [3], "user_1", "key", [4]);
        var reply = new PresetReply([7], Id, 5, true, Silo, "NotFound", "message", "field");

        Assert.Equal($"20e840{DraftBytes}41076b6579410304e0", Hex(draft));
        Assert.Equal($"20e840{ReplyBytes}e0", Hex(reply));
        Assert.Equal(
            $"20e820{SiloBytes}21000521e8000541076b6579c101e020e80009c11521e840{DraftBytes}c115410304e0e0e0e0",
            Hex(new RelayedCalls(Silo, [new(1, "key", null), new(2, "key", draft)])));
        Assert.Equal($"20e820000321e8000521e840{ReplyBytes}e0e0e0e0", Hex(new RelayedReplies([new(1, reply)])));
    }

    private static string Hex<T>(T message) => Convert.ToHexStringLower(Write(message));

    // Without the name of a type: the type that is expected is not written, so that two types with the same members are
    // exchangeable.
    private static byte[] Write<T>(T message) => Services.GetRequiredService<Serializer<T>>().SerializeToArray(message);

    private static T Read<T>(byte[] bytes) => Services.GetRequiredService<Serializer<T>>().Deserialize(bytes)!;
}
