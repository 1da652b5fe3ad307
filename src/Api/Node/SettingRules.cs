using System.ComponentModel.DataAnnotations;
using Presets.Storage;

namespace Presets.Api;

/// <summary>The text of an API key.</summary>
internal sealed class KeySecretAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string secret && !KeySecret.IsWellFormed(secret)
            ? new($"must be {KeySecret.Prefix} and 64 lower-case hexadecimal digits, of 256 random bits")
            : null;
}

/// <summary>
/// A connection string of SQLite or Postgres. What is wrong is said without repeating it: it holds a password.
/// </summary>
internal sealed class ConnectionStringAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        try
        {
            _ = StorageFactory.CreateDatabase((string)value!, TimeProvider.System).DisposeAsync();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return new("is no connection string: " + e.Message);
        }
    }
}

/// <summary>Addresses to listen on, separated by semicolons.</summary>
internal sealed class UrlsAttribute : ValidationAttribute
{
    /// <summary>The addresses that a setting names.</summary>
    public static string[] Split(string? urls) => urls?.Split(
        ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach (var url in Split((string?)value))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                return new($"must be addresses such as {PresetsApi.DefaultUrl}, not \"{url}\"");
            }
        }

        return null;
    }
}

/// <summary>Origins: a scheme, a host and a port, nothing else.</summary>
internal sealed class OriginsAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        string[] faults = [.. ((IReadOnlyList<string>)value!).Where(origin => !IsOrigin(origin))];
        return faults.Length == 0
            ? null
            : new($"must be origins such as https://app.example.com, not \"{string.Join("\", \"", faults)}\"");
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase)
        && url.UserInfo.Length == 0;
}
