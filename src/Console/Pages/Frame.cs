using System.Security.Cryptography;

namespace Presets.Console;

/// <summary>What every page has around it, be somebody signed in or not.</summary>
/// <param name="Path">The path of the console.</param>
public sealed record Frame(string Path)
{
    /// <summary>What the scripts of the page are told by.</summary>
    public string Nonce { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The address of an asset.</summary>
    public string Asset(string name) => $"{Path}/assets/{Assets.NameOf(name)}";
}
