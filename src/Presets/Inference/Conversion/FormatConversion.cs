namespace Presets;

/// <summary>The format of the output: text, any JSON object, or JSON of a schema.</summary>
internal static class FormatConversion
{
    internal static readonly ConvertedField Field =
        new("response_format", "output_config.format", "text.format", Convert);

    private static readonly ConvertedField Name = new("json_schema.name", null, "name");
    private static readonly ConvertedField Schema = new("json_schema.schema", "schema", "schema");
    private static readonly ConvertedField Strict = new("json_schema.strict", null, "strict");
    private static readonly ConvertedField[] OfSchema =
    [
        new("type", "type", "type"),
        Name,
        new("json_schema.description", null, "description"),
        Schema,
        Strict,
    ];

    private static void Convert(ObjectConversion config)
    {
        var (from, to) = (Field.In(config.From)!, Field.In(config.To)!);
        var toMessages = config.To == BodyKind.Messages;
        switch (config.Find(from)?.Member("type")?.Text())
        {
            case "text" when toMessages:
                config.Omit(from);
                break;
            case "text":
            case "json_object" when !toMessages:
                config.Carry(from, to);
                break;
            case "json_schema":
                ConvertSchema(config, from, to);
                break;
        }
    }

    private static void ConvertSchema(ObjectConversion config, string from, string to)
    {
        var format = ObjectConversion.Convert(OfSchema, config.Find(from)!.Value, config.From, config.To);
        if (!format.Has(Schema.In(config.To)!))
            return;
        if (Name.In(config.To) is not { } name)
        {
            // Anthropic needs no name for the schema, and always keeps to it.
            format.Omit(Name.In(config.From)!);
            format.Omit(Strict.In(config.From)!);
        }
        else if (!format.Has(name))
            format.Add(name, "\"response\""u8.ToArray());

        config.Carry(from, to, format.ToJson());
        config.Lose(from, format.Dropped);
    }
}
