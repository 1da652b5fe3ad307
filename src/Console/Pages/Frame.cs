using System.Security.Cryptography;

namespace Presets.Console;

/// <summary>What every page needs, whether or not somebody is signed in.</summary>
/// <param name="Path">The path of the console.</param>
public sealed record Frame(string Path)
{
    /// <summary>The nonce by which the content security policy allows the scripts of the page.</summary>
    public string Nonce { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The address of an asset.</summary>
    public string Asset(string name) => $"{Path}/assets/{Assets.NameOf(name)}";
}
