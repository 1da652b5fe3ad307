namespace Presets.Console;

/// <summary>Something that a page does to a preset: it is announced first, and made when it is confirmed.</summary>
/// <param name="Name">The last part of its address, which nothing precedes when it makes a preset.</param>
/// <param name="Title">What it does, as a heading.</param>
/// <param name="Verb">What its button says.</param>
/// <param name="AnyOf">
/// As the route of the API, and <see cref="KeyScopes.Read"/> where its form shows a version: sets of scopes, any of
/// which suffices.
/// </param>
/// <param name="Inputs">What is to be said.</param>
/// <param name="ChangeOf">
/// The change that the fields ask for; null while something is left to choose. It throws a <see cref="Refusal"/>.
/// </param>
public sealed record Gesture(
    string Name,
    string Title,
    string Verb,
    KeyScopes[] AnyOf,
    IReadOnlyList<Input> Inputs,
    Func<ApiKey, Fields, Change?> ChangeOf)
{
    /// <summary>What leads to it says.</summary>
    public string Short { get; init; } = Verb;

    /// <summary>Whether pages of a preset lead to it.</summary>
    public Func<PresetStatus, bool> IsFor { get; init; } = static status => status != PresetStatus.Archived;

    /// <summary>What the fields hold when nobody has typed yet.</summary>
    public Func<PresetView, Dictionary<string, string>> Initial { get; init; } = static _ => [];

    /// <summary>Whether it makes a version, which a management key never does.</summary>
    public bool MakesVersion { get; init; }

    /// <summary>Whether it makes a preset. All others are about one that is there.</summary>
    public bool MakesPreset { get; init; }

    /// <summary>Its address.</summary>
    internal string Route => MakesPreset ? Name : "presets/{slug}/" + Name;

    /// <summary>Why a key may not use it; null when it may. The rules of the preset may still forbid it.</summary>
    internal Refusal? FaultOf(ApiKey key) =>
        new RequiredKey(MakesVersion ? KeyKind.Ordinary : KeyKind.Any, AnyOf).FaultOf(key);
}

/// <summary>A field of a form.</summary>
/// <param name="Hint">What helps to fill it in.</param>
public sealed record Input(string Name, string Label, InputKind Kind, string? Hint = null);

/// <summary>How a field is filled in.</summary>
public enum InputKind
{
    /// <summary>A line.</summary>
    Text,

    /// <summary>Several lines.</summary>
    Lines,

    /// <summary>One of the preset's versions.</summary>
    Version,

    /// <summary>Yes, no, or as it is.</summary>
    Flag,

    /// <summary>Scopes of a key, separated by commas.</summary>
    Scopes,

    /// <summary>A day, or none.</summary>
    Day,

    /// <summary>It came with the link.</summary>
    Fixed,
}
