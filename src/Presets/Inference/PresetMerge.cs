namespace Presets;

/// <summary>
/// Merges a request with the preset that it names. Source: the contract, "Merge". The bodies' values are never copied
/// or parsed into a tree.
/// </summary>
public static class PresetMerge
{
    /// <summary>The model that the request runs on: its own or else the preset's, with the suffix.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.MissingField"/>: neither names one.</exception>
    public static string ModelOf(InferenceRequest request, PresetPart part)
    {
        var reference = ReferenceOf(request);
        var model = reference.Model ?? part.Model ?? throw new Refusal(
            RefusalCode.MissingField,
            $"Neither the request nor the preset \"{reference.Slug}\" names a model.",
            "model");
        return reference.Suffix is { } suffix && !model.EndsWith(":" + suffix, StringComparison.Ordinal)
            ? $"{model}:{suffix}"
            : model;
    }

    /// <summary>Merges.</summary>
    /// <param name="part">The preset, made ready for the request's kind.</param>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.FieldLocked"/>: the request sets what the preset locks.
    /// <see cref="RefusalCode.DuplicateMember"/>, <see cref="RefusalCode.InvalidField"/>: an object that is merged
    /// cannot be. <see cref="RefusalCode.MissingField"/>: there is no model.
    /// </exception>
    public static MergedBody Merge(InferenceRequest request, PresetPart part, MergeTarget target)
    {
        if (request.Kind != part.Kind)
            throw new ArgumentException("The preset is ready for another kind of request.", nameof(part));
        return new MergePass(request, part, target, null).Run();
    }

    internal static PresetReference ReferenceOf(InferenceRequest request) =>
        request.Reference ?? throw new ArgumentException("The request names no preset.", nameof(request));
}
