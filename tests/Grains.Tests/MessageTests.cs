using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Presets.Grains.Tests;

/// <summary>A change as a later release may send it: today's members, and one more.</summary>
[GenerateSerializer]
[Alias("Presets.Tests.LaterChangeMessage")]
internal sealed record LaterChangeMessage(
    [property: Id(0)] string Kind,
    [property: Id(1)] Guid ChangeId,
    [property: Id(2)] string UserId,
    [property: Id(3)] string? IdempotencyKey,
    [property: Id(4)] byte[]? Fingerprint,
    [property: Id(5)] string? Body,
    [property: Id(6)] byte[]? Config,
    [property: Id(7)] byte[]? SystemPrompt,
    [property: Id(8)] byte[]? KeyHash,
    [property: Id(9)] Guid? RequestId,
    [property: Id(10)] ChangeDetails? Details,
    [property: Id(11)] List<string> Notes);

/// <summary>A change as the previous release reads it.</summary>
[GenerateSerializer]
[Alias("Presets.Tests.FormerChangeMessage")]
internal sealed record FormerChangeMessage(
    [property: Id(0)] string Kind,
    [property: Id(1)] Guid ChangeId,
    [property: Id(2)] string UserId,
    [property: Id(3)] string? IdempotencyKey,
    [property: Id(4)] byte[]? Fingerprint,
    [property: Id(5)] string? Body,
    [property: Id(6)] byte[]? Config,
    [property: Id(7)] byte[]? SystemPrompt);

/// <summary>A reply as a later release may send it.</summary>
[GenerateSerializer]
[Alias("Presets.Tests.LaterPresetReply")]
internal sealed record LaterPresetReply(
    [property: Id(0)] SnapshotMessage? Preset,
    [property: Id(1)] bool Replayed,
    [property: Id(2)] SiloAddress Silo,
    [property: Id(3)] string? RefusalCode,
    [property: Id(4)] string? RefusalMessage,
    [property: Id(5)] string? RefusalField,
    [property: Id(6)] int? Version,
    [property: Id(7)] bool Skipped,
    [property: Id(8)] string? RefusalTag,
    [property: Id(9)] LaterChangeMessage Change,
    [property: Id(10)] string Note);

/// <summary>Nodes of two releases talk to each other during a rolling upgrade.</summary>
public sealed class MessageTests
{
    private static readonly Guid Id = Guid.Parse("0193b3a0-1111-7222-8333-444455556666");
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 5);
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly SnapshotMessage Snapshot = new([7, 8, 9], Id, 5, 4, "Active", 1, 2, 2, 3);

    [Fact]
    public void A_change_crosses_and_comes_back_the_same()
    {
        foreach (var body in Enum.GetValues<BodyKind>())
        {
            var append = new Append(
                Id, "user_1", body, new byte[] { 1, 2 }, new byte[] { 3 }, new Idempotency("key", new byte[] { 4 }));

            var read = Assert.IsType<Append>(Read<ChangeMessage>(Write(ChangeMessage.Of(append))).ToChange());

            Assert.Equal((Id, "user_1", body, "key"), (read.Id, read.UserId, read.Body, read.Idempotency!.Key));
            Assert.Equal([1, 2], read.Config.ToArray());
            Assert.Equal([3], read.SystemPrompt!.Value.ToArray());
            Assert.Equal([4], read.Idempotency.Fingerprint.ToArray());
        }

        var bare = new Append(Id, "user_1", BodyKind.Messages, new byte[] { 1 }, null);
        var same = Assert.IsType<Append>(Read<ChangeMessage>(Write(ChangeMessage.Of(bare))).ToChange());
        Assert.Null(same.SystemPrompt);
        Assert.Null(same.Idempotency);
    }

    [Fact]
    public void A_kind_of_change_of_a_later_release_is_none_that_is_known()
    {
        var later = new LaterChangeMessage(
            "rename", Id, "user_1", null, null, null, null, null, null, null, null, []);

        Assert.Null(Read<ChangeMessage>(Write(later)).ToChange());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_snapshot_crosses_and_comes_back_the_same(bool hasPrompt)
    {
        var snapshot = new PresetSnapshot(
            new byte[] { 7, 8, 9 }, Id, 5, 4, PresetStatus.Disabled, 1..2, hasPrompt ? 2..3 : null)
        {
            LatestVersion = 6,
            Labels = LabelSet.None.With(new("prod", 4, true)).With(new("next", 6, false)),
            Locked = """["/model"]""",
            Kind = hasPrompt ? BodyKind.Responses : null,
        };

        var read = Read<SnapshotMessage>(Write(SnapshotMessage.Of(snapshot))).ToSnapshot();

        Assert.Equal([7, 8, 9], read.Body.ToArray());
        Assert.Equal(snapshot with { Body = read.Body }, read);
    }

    [Fact]
    public void A_snapshot_of_the_previous_release_has_no_version_after_the_designated_one()
    {
        var read = Snapshot.ToSnapshot();

        Assert.Equal((4, LabelSet.None, null), (read.LatestVersion, read.Labels, read.Locked));
    }

    public static TheoryData<Change> Changes()
    {
        var key = new Idempotency("key", new byte[] { 4 });
        Change[] changes =
        [
            new Append(Id, "user_1", null, new byte[] { 1 }, null),
            new Append(Id, "user_1", BodyKind.Messages, new byte[] { 1 }, new byte[] { 2 }, key) { Designate = false },
            new Append(Id, "user_1", BodyKind.Messages, new byte[] { 1 }, null) { SkipUnchanged = true },
            new Append(Id, "user_1", BodyKind.Messages, new byte[] { 1 }, null) { Labels = ["a", "b"] },
            new Edit(Id, "user_1", key),
            new Edit(Id, "user_1")
            {
                Name = "name",
                Description = "",
                Status = PresetStatus.Archived,
                RefusesDisabled = true,
                DesignatedVersion = 3,
                Locked = ["/model", "/seed"],
            },
            new Edit(Id, "user_1") { Locked = [] },
            new SetLabel(Id, "user_1", "staging", 3, true, key),
            new SetLabel(Id, "user_1", "staging", 3),
            new RemoveLabel(Id, "user_1", "staging", key),
            new Purge(Id, "user_1", key),
        ];
        Precondition?[] preconditions =
        [
            null,
            new(AnyOf: [new(Id, 3), new(Id, 4)]),
            new(AnyOf: []),
            new(Exists: true),
            new(Absent: true),
            new() { NoneOf = [new(Id, 3)] },
        ];
        return [.. changes.SelectMany(change => preconditions.Select(precondition => change with
        {
            Key = new KeyHash(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()),
            RequestId = Id,
            Message = "A message",
            MayPromote = true,
            Guarded = true,
            IsDryRun = true,
            Precondition = precondition,
        }))];
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_kind_of_change_crosses_and_comes_back_the_same(Change change)
    {
        var read = Read<ChangeMessage>(Write(ChangeMessage.Of(change))).ToChange();

        Assert.Equivalent(change, read, strict: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_previous_release_reads_a_plain_append_and_leaves_any_other_to_the_caller(bool isPlain)
    {
        var append = new Append(Id, "user_1", BodyKind.Messages, new byte[] { 1 }, null)
        {
            Key = new KeyHash(new byte[32]),
            RequestId = Id,
            MayPromote = true,
            Precondition = isPlain ? null : new(Exists: true),
        };

        var read = Read<FormerChangeMessage>(Write(ChangeMessage.Of(append)));

        Assert.Equal(isPlain, read.Kind == "append");
        Assert.Equal((Id, "user_1", "messages"), (read.ChangeId, read.UserId, read.Body));
        Assert.Equal([1], read.Config);
    }

    [Fact]
    public void An_answer_crosses_and_comes_back_the_same()
    {
        var answer = new ChangeAnswer(Snapshot.ToSnapshot(), Version: 6, Replayed: true, Skipped: true);

        var read = Read<PresetReply>(Write(PresetReply.Of(answer, Silo))).ToAnswer();

        Assert.Equal(answer with { Preset = null }, read with { Preset = null });
        Assert.Equal(answer.Preset!.Tag, read.Preset!.Tag);
        var none = new ChangeAnswer(null);
        Assert.Equal(none, Read<PresetReply>(Write(PresetReply.Of(none, Silo))).ToAnswer());
    }

    [Fact]
    public void A_refusal_keeps_the_tag_of_the_state_that_refused()
    {
        var refusal = new Refusal(RefusalCode.PreconditionFailed, "message", "field", current: new EntityTag(Id, 7));

        var reply = Read<PresetReply>(Write(PresetReply.Of(refusal, Silo)));

        var read = Assert.Throws<Refusal>(() => reply.ToAnswer());
        Assert.Equal((refusal.Code, refusal.Message), (read.Code, read.Message));
        Assert.Equal((refusal.Field, refusal.Current), (read.Field, read.Current));
    }

    [Fact]
    public void A_change_with_members_of_a_later_release_is_read()
    {
        var later = new LaterChangeMessage(
            "append", Id, "user_1", "key", [3], "messages", [1, 2], null, null, null, null, ["a", "b"]);

        var read = Assert.IsType<Append>(Read<ChangeMessage>(Write(later)).ToChange());

        Assert.Equal((Id, "user_1", "key"), (read.Id, read.UserId, read.Idempotency!.Key));
        Assert.Equal([1, 2], read.Config.ToArray());
        Assert.Null(read.SystemPrompt);
    }

    [Fact]
    public void A_reply_with_members_of_a_later_release_is_read()
    {
        var change = new LaterChangeMessage(
            "append", Id, "u", null, null, "messages", [1], [2], null, null, null, []);
        var later = new LaterPresetReply(
            Snapshot, true, Silo, null, null, "field", 4, true, null, change, "stable");

        var read = Read<PresetReply>(Write(later));

        Assert.Equal((Id, 5, true), (read.Preset!.PresetId, read.Preset.Revision, read.Replayed));
        Assert.Equal((Silo, "field"), (read.Silo, read.RefusalField));
        Assert.Equal([7, 8, 9], read.Preset.Body);
    }

    [Fact]
    public void A_later_release_reads_what_has_fewer_members()
    {
        var read = Read<LaterPresetReply>(Write(new PresetReply(Snapshot, true, Silo, "NotFound", "message", null)));

        Assert.Equal((Id, 5, Silo), (read.Preset!.PresetId, read.Preset.Revision, read.Silo));
        Assert.Equal(("NotFound", "message"), (read.RefusalCode, read.RefusalMessage));
        Assert.Null(read.Change);
        Assert.Null(read.Note);
    }

    // What nodes of this release send. When this fails a member was renumbered or has changed its type, and older nodes
    // read something else.
    [Fact]
    public void Messages_are_the_bytes_they_were()
    {
        const string SiloBytes = "40097f000001019ead0115e0";
        const string ChangeBytes = "0d617070656e644121a0b39301111122728333444455556666410d757365725f31";
        const string BodyBytes = "41116d6573736167657341050102410303";
        // Three members that are null.
        const string NoDetails = "c101c101c101";
        const string ReplyBytes =
            "20e840070708094121a0b3930111112272833344445555666601150111410d416374697665010501090109010d"
            + "c101c1010101c101" + "e0010321" + SiloBytes
            + "41114e6f74466f756e64410f6d657373616765410b6669656c64" + "c1010101c101";
        var change = new ChangeMessage("append", Id, "user_1", "key", [4], "messages", [1, 2], [3], null, null, null);
        var reply = new PresetReply(Snapshot, true, Silo, "NotFound", "message", "field");

        Assert.Equal($"20e840{ChangeBytes}41076b6579410304{BodyBytes}{NoDetails}e0", Hex(change));
        Assert.Equal($"20e8{ReplyBytes}e0", Hex(reply));
        Assert.Equal(
            $"20e820{SiloBytes}21000521e8000541076b6579c101e020e80009c11521e8"
            + $"40{ChangeBytes}c115410304{BodyBytes}{NoDetails}e0e0e0e0",
            Hex(new RelayedCalls(Silo, [new(1, "key", null), new(2, "key", change)])));
        Assert.Equal($"20e820000321e8000521e8{ReplyBytes}e0e0e0e0", Hex(new RelayedReplies([new(1, reply)])));
    }

    private static string Hex<T>(T message) => Convert.ToHexStringLower(Write(message));

    // Without the name of a type: the type that is expected is not written, so that two types with the same members are
    // exchangeable.
    private static byte[] Write<T>(T message) => Services.GetRequiredService<Serializer<T>>().SerializeToArray(message);

    private static T Read<T>(byte[] bytes) => Services.GetRequiredService<Serializer<T>>().Deserialize(bytes)!;
}
