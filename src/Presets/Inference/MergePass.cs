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
    private readonly HeaderFields headers;
    private readonly PresetFields fields;
    private readonly string model;
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
        fields = new PresetFields(part, target);
        headers = new HeaderFields(target, fields);
        model = PresetMerge.ModelOf(request, part);
        if (target.StripPrefix.Length > 0 && model.StartsWith(target.StripPrefix, StringComparison.Ordinal))
            model = model[target.StripPrefix.Length..];
    }

    internal MergedBody Run()
    {
        part.Locks.CheckModel(request.Reference!, part.Model);
        fields.Use(part.IndexOf("model"u8));
        foreach (var member in members.All)
        {
            if (request.IsSet(member))
                fields.Displaced |= ExclusiveFields.GroupOf(members.NameOf(member)) & ~part.Locks.Groups;
        }
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
            Dropped = fields.Dropped is { } dropped ? [.. part.Dropped, .. dropped] : part.Dropped,
            Unfilled = system.Unfilled,
            CacheEnabled = headers.CacheEnabled,
            CacheTtlSeconds = headers.CacheTtlSeconds,
        };
    }

    // A member, with the white space around it, stands between two of the body's braces and commas.
    private void Place(JsonMember member, int start, int end)
    {
        var name = members.NameOf(member);
        if (request.IsConsumed(name))
            return;
        var isModel = name.SequenceEqual("model"u8);
        var index = isModel ? -1 : part.IndexOf(name);
        var isSet = request.IsSet(member);
        // Models and tools are checked by themselves.
        if (isSet && !isModel && !AreTools(name, member))
            part.Locks.Check(members, member, ValueOf(index));
        if (headers.Have(name))
        {
            if (isSet)
                headers.Take(name, members.ValueOf(member).Span);
            else if (fields.TryTake(index))
                headers.Take(name, part.Members[index].Value.Span);
            fields.Use(index);
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
        if (!fields.TryTake(index))
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
        if (AreTools(name, member))
            return WriteTools(member, index);
        fields.Use(index);
        if (part.Locks.Inside(name) is not { } inside)
        {
            output.Copy(member.Start, member.End);
            return Origin.Request;
        }
        var locked = new LockedObject(output, part.Locks);
        locked.Write(members, member, ValueOf(index), inside, 1);
        return locked.TookAny ? Origin.Both : Origin.Request;
    }

    private Origin WriteTools(JsonMember member, int index)
    {
        var union = new ToolUnion(request.Body, fields.TryTake(index) ? part.Tools : PresetTools.None);
        if (!union.Read(member) && part.Locks.Covers("tools"u8))
            throw part.Locks.Locked("tools");
        return union.Write(output, member, provenance);
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
            if (fields.IsUsed(index) || !fields.TryTake(index))
                continue;
            var member = part.Members[index];
            if (headers.Have(member.NameBytes))
            {
                headers.Take(member.NameBytes, member.Value.Span);
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

    private void NoteTools(int index)
    {
        for (var i = 0; i < part.Tools.Count && part.Members[index].Name == "tools"; i++)
            provenance?.AddTool(Origin.Preset);
    }

    private Origin ModelOrigin()
    {
        var reference = request.Reference!;
        return reference.Model is not null ? Origin.Request
            : reference.Suffix is not null ? Origin.Both
            : Origin.Preset;
    }

    private ReadOnlyMemory<byte>? ValueOf(int index) =>
        index < 0 ? default(ReadOnlyMemory<byte>?) : part.Members[index].Value;

    private bool AreTools(ReadOnlySpan<byte> name, JsonMember member) =>
        name.SequenceEqual("tools"u8) && members.TypeOf(member) == '[';
}
