namespace Presets.Tests;

public sealed class KeyScopesTests
{
    [Fact]
    public void Every_set_of_scopes_comes_back_from_its_text()
    {
        for (var scopes = KeyScopes.None; scopes <= KeyScopes.All; scopes++)
            Assert.Equal(scopes, KeyScopeNames.OfText(KeyScopeNames.TextOf(scopes)));
        Assert.Equal("read write promote inference", KeyScopeNames.TextOf(KeyScopes.All));
    }

    [Fact]
    public void A_scope_of_a_later_release_counts_for_nothing() =>
        Assert.Equal(KeyScopes.Read | KeyScopes.Promote, KeyScopeNames.OfText("read deploy promote"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Read")]
    [InlineData("read write")]
    [InlineData("all")]
    [InlineData("none")]
    public void Nothing_but_the_name_of_a_scope_is_one(string? name) =>
        Assert.Equal(KeyScopes.None, KeyScopeNames.Parse(name));

    [Fact]
    public void A_key_has_its_scopes_and_a_management_key_needs_none()
    {
        var all = ApiKey.FromSecret(KeySecret.Generate(), Guid.CreateVersion7(), "n", DateTimeOffset.UnixEpoch);
        var reader = all with { Scopes = KeyScopes.Read };

        Assert.True(all.MayPromote);
        Assert.False(reader.MayPromote);
        Assert.True(reader.Has(KeyScopes.Read));
        Assert.False(reader.Has(KeyScopes.Read | KeyScopes.Write));
        Assert.True((reader with { IsManagement = true }).MayPromote);
    }
}
