using System.Text.Json;

namespace Presets;

/// <summary>One reading of the top level of a request, for what the contract calls references.</summary>
internal ref struct RequestPass(BodyKind kind, ReadOnlyMemory<byte> body)
{
    private readonly JsonMembers members = new(body, "", capacity: 16);
    private BodyReader reader = new(body.Span);
    private PresetReference? reference;
    private JsonMember? model;
    private string? modelText;
    private bool modelIsReference;
    private PromptVariables? variables;
    private bool isStream;

    /// <summary>How many objects and lists are open where the reading stands.</summary>
    internal readonly int Depth => reader.Depth;

    /// <exception cref="Refusal">As <see cref="InferenceRequest.Read"/>.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal InferenceRequest Run()
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
        members.Start = reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            ReadMember();
        members.End = reader.TokenStartIndex;
        // The reader refuses whatever follows the object.
        reader.Read();
        if (reference is null)
        {
            return new InferenceRequest(kind, body, members)
            {
                Model = modelText,
                ModelMember = model,
                IsStream = isStream,
            };
        }
        members.Check();
        if (!modelIsReference)
        {
            if (model is { } beside && modelText is null && !members.IsNull(beside))
                throw members.Invalid(beside, "a string");
            reference = reference with { Model = modelText is "" ? null : modelText };
        }
        ReadVariables();
        return new InferenceRequest(kind, body, members)
        {
            Reference = reference,
            Variables = variables,
            IsStream = isStream,
        };
    }

    private void ReadMember()
    {
        var (nameStart, nameLength, isEscaped) =
            (reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
        var name = JsonText.Plain(reader.ValueSpan, isEscaped);
        reader.Read();
        var type = reader.TokenType;
        var start = reader.TokenStartIndex;
        if (name.SequenceEqual("models"u8) || name.SequenceEqual("fallbacks"u8))
            RefuseReferences();
        reader.Skip();
        var member = new JsonMember(nameStart, nameLength, isEscaped, start, reader.BytesConsumed);
        members.Add(member);
        if (name.SequenceEqual("model"u8))
            ReadModel(member);
        else if (name.SequenceEqual("stream"u8))
            isStream = type == JsonTokenType.True;
        else if (type == JsonTokenType.Null)
            return;
        else if (name.SequenceEqual("preset"u8))
            ReadPreset(member);
        else if (kind == BodyKind.Responses && name.SequenceEqual("prompt"u8))
            ReadPrompt(member);
    }

    private void ReadModel(JsonMember member)
    {
        model = member;
        modelText = members.StringOf(member);
        if (modelText is not null && PresetReference.InModel(modelText, "model") is { } found)
        {
            Add(found, "model");
            modelIsReference = true;
        }
    }

    private void ReadPreset(JsonMember member)
    {
        var slug = members.StringOf(member) ?? throw members.Invalid(member, "a string");
        Add(PresetReference.OfSlug(slug, "preset"), "preset");
    }

    // A stored prompt of OpenAI: {"id": "SLUG", "version": "12", "variables": {}}.
    private void ReadPrompt(JsonMember member)
    {
        if (members.TypeOf(member) != '{')
            throw members.Invalid(member, "an object");
        var prompt = members.ReadObject(member);
        if (prompt.Find("id"u8) is not { } id || prompt.IsNull(id))
            throw new Refusal(RefusalCode.MissingField, "prompt.id is required.", "prompt.id");
        var slug = prompt.StringOf(id) ?? throw prompt.Invalid(id, "a string");
        var found = PresetReference.OfSlug(slug, "prompt.id");
        if (prompt.Find("version"u8) is { } version && !prompt.IsNull(version))
        {
            if (found.Pin is not null)
                throw prompt.Invalid(version, "absent, since prompt.id names a version");
            var pin = prompt.StringOf(version) ?? throw prompt.Invalid(version, "a string");
            found = found with { Pin = PresetReference.CheckedPin(pin, "prompt.version") };
        }
        Add(found, "prompt");
        if (prompt.Find("variables"u8) is { } given && !prompt.IsNull(given))
            variables = PromptVariables.Read(prompt, given);
    }

    private void ReadVariables()
    {
        if (members.Find("preset_variables"u8) is not { } given || members.IsNull(given))
            return;
        if (variables is not null)
            throw members.Invalid(given, "absent, since prompt.variables is there");
        variables = PromptVariables.Read(members, given);
    }

    private void Add(PresetReference found, string field)
    {
        if (reference is not null)
        {
            throw new Refusal(
                RefusalCode.InvalidField, $"{field} is a second reference to a preset; one is allowed.", field);
        }
        reference = found;
    }

    // Reads a list of models, or of objects that name one.
    private void RefuseReferences()
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isModel = JsonText.Plain(reader.ValueSpan, reader.ValueIsEscaped).SequenceEqual("model"u8);
                    reader.Read();
                    if (isModel)
                        RefuseReference();
                    reader.Skip();
                }
            }
            RefuseReference();
            reader.Skip();
        }
    }

    private readonly void RefuseReference()
    {
        if (reader.TokenType != JsonTokenType.String
            || JsonText.Plain(reader.ValueSpan, reader.ValueIsEscaped).IndexOf("@preset/"u8) < 0)
            return;
        var place = BodyPath.Of(body.Span, reader.TokenStartIndex);
        throw new Refusal(
            RefusalCode.InvalidField,
            $"{place} refers to a preset; only the model of the request may.",
            place);
    }
}
