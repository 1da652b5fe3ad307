using Microsoft.AspNetCore.Components;

namespace Presets.Console;

/// <summary>What a route of the console answers.</summary>
internal abstract record Reply;

/// <summary>Another page, which is read next.</summary>
/// <param name="Url">A path of this service.</param>
internal sealed record SeeOther(string Url) : Reply;

/// <summary>What a script of a page has asked for.</summary>
/// <param name="Utf8">JSON.</param>
internal sealed record JsonReply(byte[] Utf8) : Reply;

/// <summary>A page.</summary>
/// <param name="Title">What the window is called.</param>
/// <param name="Component">What stands in it.</param>
internal sealed record Page(string Title, Type Component, IDictionary<string, object?> Parameters) : Reply
{
    /// <summary>Whether the page makes styles of its own, told by the nonce.</summary>
    public bool HasEditor { get; init; }

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>A page of a component.</summary>
    public static Page Of<T>(string title, params (string Name, object? Value)[] parameters)
        where T : IComponent =>
        new(title, typeof(T), parameters.ToDictionary(each => each.Name, each => each.Value));
}
