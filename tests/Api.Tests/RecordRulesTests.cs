using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Presets.Api.Tests;

/// <summary>What a request is told of a member that it may not have so.</summary>
public sealed class RecordRulesTests
{
    [Fact]
    public void Every_rule_says_what_a_value_must_be()
    {
        var rules =
            from type in typeof(RecordRules).Assembly.GetTypes()
            where type.Name.EndsWith("Request", StringComparison.Ordinal)
            from property in type.GetProperties()
            from rule in property.GetCustomAttributes<ValidationAttribute>()
            where rule is not RequiredAttribute
            select (type.Name, property.Name, rule.ErrorMessage);

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.NotNull(rule.ErrorMessage));
    }

    [Theory]
    [InlineData("", "read", "name may not be blank.")]
    [InlineData(" ", "read", "name may not be blank.")]
    [InlineData("a", "admin", $"scopes {ScopesAttribute.Rule}.")]
    public void It_is_said_of_a_member(string name, string scope, string message)
    {
        var request = new CreateKeyRequest { Name = name, Scopes = [scope] };

        var refusal = Assert.Throws<Refusal>(() => RecordRules.Check(ApiJson.Instance.CreateKeyRequest, request));

        Assert.Equal(message, refusal.Message);
    }
}
