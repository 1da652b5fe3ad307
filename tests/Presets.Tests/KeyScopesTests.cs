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
    [InlineData]
    [InlineData("")]
    [InlineData("Read")]
    [InlineData("read write")]
    [InlineData("all")]
    [InlineData("none")]
    [InlineData("read", null)]
    [InlineData("read", "deploy")]
    public void Names_are_those_of_scopes_and_at_least_one(params string?[] names) =>
        Assert.False(KeyScopeNames.TryParse(names, out _));

    [Fact]
    public void Names_may_come_in_any_order_and_twice()
    {
        Assert.True(KeyScopeNames.TryParse(["write", "read", "write"], out var scopes));
        Assert.Equal(KeyScopes.Read | KeyScopes.Write, scopes);
    }

    [Fact]
    public void A_key_has_its_scopes_and_a_management_key_needs_none()
    {
        var all = ApiKey.FromSecret(KeySecret.Generate(), Guid.CreateVersion7(), "n", DateTimeOffset.UnixEpoch);
        var reader = all with { Scopes = KeyScopes.Read };

        Assert.True(all.MayPromote);
        Assert.False(reader.MayPromote);
        Assert.True((reader with { IsManagement = true }).MayPromote);
        Assert.Null(reader.Lacks());
        Assert.Null(reader.Lacks(KeyScopes.Read));
        Assert.Null(reader.Lacks(KeyScopes.Write, KeyScopes.Read));
        Assert.Null((reader with { IsManagement = true }).Lacks(KeyScopes.All));
    }

    [Fact]
    public void A_key_that_has_its_scope_is_let_in_without_an_allocation()
    {
        var key = ApiKey.FromSecret(KeySecret.Generate(), Guid.CreateVersion7(), "n", DateTimeOffset.UnixEpoch) with
        {
            Scopes = KeyScopes.Promote,
        };
        KeyScopes[] anyOf = [KeyScopes.Write, KeyScopes.Promote];
        Assert.Null(key.Lacks(anyOf));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = key.Lacks(anyOf);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Null(refusal);
    }

    [Fact]
    public void A_refusal_names_what_is_missing()
    {
        var reader = ApiKey.FromSecret(KeySecret.Generate(), Guid.CreateVersion7(), "n", DateTimeOffset.UnixEpoch) with
        {
            Scopes = KeyScopes.Read,
        };

        Assert.Equal(
            (RefusalCode.MissingScope, "The key lacks the scope \"write\"."),
            (reader.Lacks(KeyScopes.Write)!.Code, reader.Lacks(KeyScopes.Write)!.Message));
        Assert.Equal(
            "The key lacks the scope \"write\" or \"promote\".",
            reader.Lacks(KeyScopes.Write, KeyScopes.Promote)!.Message);
        Assert.Equal(
            "The key lacks the scope \"promote\" and \"inference\".",
            reader.Lacks(KeyScopes.Read | KeyScopes.Promote | KeyScopes.Inference)!.Message);
    }
}
