using System.Text;

namespace Presets;

/// <summary>One merge: the request's members in their order, each as the rules leave it, then the preset's.</summary>
internal sealed class MergePass
{
    private static readonly byte[] ModelOpening = ",\"model\":"u8.ToArray();

    private readonly InferenceRequest request;
    private readonly JsonMembers members;
    private readonly PresetPart part;
    private readonly MergeTarget target;
    private readonly Provenance? provenance;
    private readonly Segments output;
    private readonly SystemMerge system;
    private readonly HeaderFields headers = new();
    private readonly string model;
    private List<string>? dropped;

    // A bit for each of the preset's fields that has found its place, or has none.
    private ulong used;

    // The groups of exclusive fields of which the request sets one.
    private int groups;
    private bool hasModel;
    private bool hasSystem;
    private bool hasMembers;

    internal MergePass(InferenceRequest request, PresetPart part, MergeTarget target, Provenance? provenance)
    {
        this.request = request;
        this.part = part;
        this.target = target;
        this.provenance = provenance;
        members = request.Members;
        output = new Segments(request.Body);
        system = new SystemMerge(request, part, output);
        model = PresetMerge.ModelOf(request, part);
        if (target.StripPrefix.Length > 0 && model.StartsWith(target.StripPrefix, StringComparison.Ordinal))
            model = model[target.StripPrefix.Length..];
    }

    internal MergedBody Run()
    {
        part.Locks.CheckModel(request.Reference!, part.Model);
        used = part.IndexOf("model"u8) is >= 0 and var own ? 1UL << own : 0;
        foreach (var member in members.All)
        {
            if (IsSet(member))
                groups |= ExclusiveFields.GroupOf(members.NameOf(member));
        }
        groups &= ~part.Locks.Groups;
        var start = members.Start + 1;
        output.Copy(0, start);
        foreach (var member in members.All)
        {
            var end = member.End;
            WhiteSpace.TrySkip(request.Body.Span, ref end, out _);
            Place(member, start, end);
            start = end + 1;
        }
        AppendRest();
        output.Copy(members.End, request.Body.Length);
        return new MergedBody(request, part, target, output)
        {
            Dropped = dropped is null ? part.Dropped : [.. part.Dropped, .. dropped],
            Unfilled = system.Unfilled,
            CacheEnabled = headers.CacheEnabled,
            CacheTtlSeconds = headers.CacheTtlSeconds,
        };
    }

    // A member, with the white space around it, stands between two of the body's braces and commas.
    private void Place(JsonMember member, int start, int end)
    {
        var name = members.NameOf(member);
        if (IsConsumed(name))
            return;
        var isModel = name.SequenceEqual("model"u8);
        var index = isModel ? -1 : part.IndexOf(name);
        var isSet = IsSet(member);
        if (isSet && !isModel)
            CheckLock(member, name, index);
        if (target.MovesCacheFields && HeaderFields.Has(name))
        {
            if (isSet)
                Move(name, members.ValueOf(member));
            else if (TryTake(index))
                Move(name, part.Members[index].Value);
            if (isSet && index >= 0)
                used |= 1UL << index;
            return;
        }
        output.Copy(hasMembers ? start - 1 : start, member.Start);
        hasMembers = true;
        var origin = isModel ? WriteModel(member)
            : system.IsField(name) ? WriteSystem(member)
            : isSet ? WriteSet(member, name, index)
            : WriteUnset(member, index);
        provenance?.AddField(name, origin);
        output.Copy(member.End, end);
    }

    private Origin WriteModel(JsonMember member)
    {
        hasModel = true;
        if (members.StringOf(member) == model)
            output.Copy(member.Start, member.End);
        else
            output.Add(JsonPieces.Quote(model));
        return ModelOrigin();
    }

    private Origin WriteSystem(JsonMember member)
    {
        hasSystem = true;
        return system.Write(member);
    }

    private Origin WriteUnset(JsonMember member, int index)
    {
        if (!TryTake(index))
        {
            output.Copy(member.Start, member.End);
            return Origin.Request;
        }
        output.Add(part.Members[index].Value);
        NoteTools(index);
        return Origin.Preset;
    }

    private Origin WriteSet(JsonMember member, ReadOnlySpan<byte> name, int index)
    {
        if (AreTools(name) && members.TypeOf(member) == '[')
            return WriteTools(member, index);
        if (index >= 0)
            used |= 1UL << index;
        if (part.Locks.Inside(name) is not { } inside)
        {
            output.Copy(member.Start, member.End);
            return Origin.Request;
        }
        var locked = new LockedObject(output, part.Locks);
        locked.Write(members, member, index < 0 ? null : (ReadOnlyMemory<byte>?)part.Members[index].Value, inside, 1);
        return locked.TookAny ? Origin.Both : Origin.Request;
    }

    private Origin WriteTools(JsonMember member, int index)
    {
        var union = new ToolUnion(request.Body, TryTake(index) ? part.Tools : PresetTools.None);
        if (!union.Read(member) && part.Locks.Covers("tools"u8))
            throw part.Locks.Locked("tools");
        return union.Write(output, member, provenance);
    }

    private void CheckLock(JsonMember member, ReadOnlySpan<byte> name, int index)
    {
        // Tools are compared one by one, when they are united.
        if (!part.Locks.Covers(name) || (AreTools(name) && members.TypeOf(member) == '['))
            return;
        if (index < 0 || !JsonEquality.AreSame(part.Members[index].Value.Span, members.ValueOf(member).Span))
            throw part.Locks.Locked(members.PathOf(member));
    }

    // What only the preset has.
    private void AppendRest()
    {
        if (!hasModel)
        {
            Append(ModelOpening, JsonPieces.Quote(model));
            provenance?.AddField("model"u8, ModelOrigin());
        }
        for (var index = 0; index < part.Members.Count; index++)
        {
            if ((used & 1UL << index) != 0 || !TryTake(index))
                continue;
            var member = part.Members[index];
            if (target.MovesCacheFields && HeaderFields.Has(member.NameBytes))
            {
                Move(member.NameBytes, member.Value);
                continue;
            }
            Append(member.Opening, member.Value);
            provenance?.AddField(member.NameBytes, Origin.Preset);
            NoteTools(index);
        }
        if (hasSystem || !system.HasPrompt)
            return;
        Append(system.Opening, default);
        system.WriteAlone();
        provenance?.AddField(system.Opening.AsSpan()[2..^2], Origin.Preset);
    }

    private void Append(ReadOnlyMemory<byte> opening, ReadOnlyMemory<byte> value)
    {
        output.Add(hasMembers ? opening : opening[1..]);
        output.Add(value);
        hasMembers = true;
    }

    // Whether the preset gives a field that the request leaves to it.
    private bool TryTake(int index)
    {
        if (index < 0)
            return false;
        used |= 1UL << index;
        var member = part.Members[index];
        if ((groups & member.Group) != 0)
            return false;
        if (!target.Drop.Contains(member.Name))
            return true;
        Drop(member.Name);
        return false;
    }

    private void Move(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        if (!headers.TryTake(name, value.Span))
            Drop(Encoding.UTF8.GetString(name));
    }

    private void Drop(string field) => (dropped ??= []).Add(field);

    private void NoteTools(int index)
    {
        for (var i = 0; i < part.Tools.Count && AreTools(part.Members[index].NameBytes); i++)
            provenance?.AddTool(Origin.Preset);
    }

    private Origin ModelOrigin()
    {
        var reference = request.Reference!;
        return reference.Model is not null ? Origin.Request
            : reference.Suffix is not null ? Origin.Both
            : Origin.Preset;
    }

    // Null is absent, and so is what a client sends with every request.
    private bool IsSet(JsonMember member) => !members.IsNull(member)
        && (request.Kind != BodyKind.Responses
            || !members.NameOf(member).SequenceEqual("service_tier"u8)
            || members.StringOf(member) != "auto");

    // What was meant for this service.
    private bool IsConsumed(ReadOnlySpan<byte> name) => name.SequenceEqual("preset"u8)
        || name.SequenceEqual("preset_variables"u8)
        || name.SequenceEqual("workspace_id"u8)
        || (request.Kind == BodyKind.Responses && name.SequenceEqual("prompt"u8));

    private static bool AreTools(ReadOnlySpan<byte> name) => name.SequenceEqual("tools"u8);
}
