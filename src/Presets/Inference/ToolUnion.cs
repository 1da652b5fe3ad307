using System.Text.Json;

namespace Presets;

/// <summary>
/// Unites the tools of a preset with those of a request. Source: the contract, "Merge", rule 2. A request's tool that
/// takes the place of a preset's stands there; the others follow the preset's, in runs that are copied whole.
/// </summary>
internal sealed class ToolUnion(ReadOnlyMemory<byte> body, PresetTools preset)
{
    // What takes the place of a tool of the preset; empty for nothing.
    private readonly Range[] replacements = new Range[preset.Count];
    private readonly List<(int Start, int End, int Count)> runs = [];

    /// <summary>Reads the request's tools.</summary>
    /// <returns>Whether the preset has each of them, the same.</returns>
    internal bool Read(JsonMember list)
    {
        var reader = new BodyReader(body.Span[list.Start..list.End]);
        reader.Read();
        var areSame = true;
        var runIsOpen = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = list.Start + reader.TokenStartIndex;
            reader.Skip();
            var end = list.Start + reader.BytesConsumed;
            var tool = body.Span[start..end];
            var place = preset.PlaceOf(ToolIdentity.Of(tool));
            // Of several tools that are the same, the first takes the place.
            var replaces = place >= 0 && replacements[place].Equals(default);
            areSame &= replaces && JsonEquality.AreSame(preset[place].Span, tool);
            if (replaces)
                replacements[place] = start..end;
            else if (runIsOpen)
                runs[^1] = (runs[^1].Start, end, runs[^1].Count + 1);
            else
                runs.Add((start, end, 1));
            runIsOpen = !replaces;
        }
        return areSame;
    }

    /// <summary>Writes the united list.</summary>
    internal Origin Write(Segments output, JsonMember list, Provenance? provenance)
    {
        var (ownAny, givenAny) = (runs.Count > 0, false);
        if (preset.Count == 0)
            output.Copy(list.Start, list.End);
        else
            output.Add(JsonPieces.StartList);
        for (var index = 0; index < preset.Count; index++)
        {
            var first = preset.FirstPlace(index);
            var replacement = replacements[first];
            var isReplaced = !replacement.Equals(default);
            if (isReplaced && first != index)
                continue;
            if (index > 0)
                output.Add(JsonPieces.Comma);
            if (isReplaced)
                output.Copy(replacement.Start.Value, replacement.End.Value);
            else
                output.Add(preset[index]);
            ownAny |= isReplaced;
            givenAny |= !isReplaced;
            provenance?.AddTool(isReplaced ? Origin.Request : Origin.Preset);
        }
        WriteRuns(output, provenance);
        return !givenAny ? Origin.Request : ownAny ? Origin.Both : Origin.Preset;
    }

    private void WriteRuns(Segments output, Provenance? provenance)
    {
        foreach (var (start, end, count) in runs)
        {
            if (preset.Count > 0)
            {
                output.Add(JsonPieces.Comma);
                output.Copy(start, end);
            }
            for (var i = 0; i < count; i++)
                provenance?.AddTool(Origin.Request);
        }
        if (preset.Count > 0)
            output.Add(JsonPieces.EndList);
    }
}
