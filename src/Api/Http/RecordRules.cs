using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Presets.Api;

/// <summary>A member that is checked by its type and otherwise ignored.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IgnoredAttribute : Attribute;

/// <summary>The bounds of a text in characters, which are Unicode code points.</summary>
internal sealed class CharactersAttribute : StringLengthAttribute
{
    public CharactersAttribute(int least, int most)
        : base(most)
    {
        MinimumLength = least;
        ErrorMessage = $"must have {least} to {most} characters";
    }

    /// <inheritdoc/>
    public override bool IsValid(object? value)
    {
        var count = ((string)value!).EnumerateRunes().Count();
        return count >= MinimumLength && count <= MaximumLength;
    }
}

/// <summary>Checks a request's record by the attributes of its properties, in their order.</summary>
internal static class RecordRules
{
    /// <summary>Checks a record.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.MissingField"/>, <see cref="RefusalCode.InvalidField"/>.
    /// </exception>
    public static void Check(JsonTypeInfo type, object record)
    {
        foreach (var property in type.Properties)
        {
            var value = property.Get!(record);
            if (value is string text && text.Contains('\0', StringComparison.Ordinal))
                throw Invalid(property.Name, "may not hold the character U+0000");
            foreach (var rule in AttributesOf(property).OfType<ValidationAttribute>())
            {
                if (value is null && rule is RequiredAttribute)
                    throw new Refusal(RefusalCode.MissingField, $"{property.Name} is required.", property.Name);
                if (value is not null && !rule.IsValid(value))
                    throw Invalid(property.Name, WhyOf(rule));
            }
        }
    }

    /// <summary>The refusal of a member's value.</summary>
    public static Refusal Invalid(string name, string why) => new(RefusalCode.InvalidField, $"{name} {why}.", name);

    /// <summary>Whether a property is <see cref="IgnoredAttribute"/>.</summary>
    public static bool IsIgnored(JsonPropertyInfo property) => AttributesOf(property).OfType<IgnoredAttribute>().Any();

    /// <summary>What a property's value has to be, to follow "must be".</summary>
    public static string Describe(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(string) ? "a string without unpaired surrogates"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) ? "a whole number"
            : type == typeof(double) ? "a number"
            : type == typeof(Guid) ? "a UUID"
            : type == typeof(DateTimeOffset) ? "a time with its offset, such as 2027-12-31T23:59:59Z"
            : type == typeof(IReadOnlyList<string>) ? "a list of strings"
            : "a list of integers";
    }

    private static string WhyOf(ValidationAttribute rule) =>
        rule is RequiredAttribute ? "may not be blank" : rule.ErrorMessage!;

    private static object[] AttributesOf(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [];
}
