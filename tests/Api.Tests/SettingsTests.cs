using System.Runtime.CompilerServices;
using Presets.Grains;
using Presets.Silo;

namespace Presets.Api.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Every_fault_is_reported_together_each_by_name()
    {
        var faults = FaultsOf(
            ("ConnectionStrings:Presets", "Banana=1"), ("Presets:BootstrapKey", "sk-preset-v1-1"),
            ("Presets:BootstrapManagementKey", "x"),
            ("Presets:MaxBodyBytes", "1 MB"), ("Presets:HeadMaxAge", "soon"), ("Presets:HeadCacheBytes", "-1"),
            ("Presets:QueueBytes", "1"),
            ("Presets:ShutdownTimeout", "-00:00:01"), ("Presets:KnownProxies", "10.0.0.0/8, nobody"),
            ("Presets:BodyBytes", "2097152"), ("Presets:BodyTimeout", "0"),
            ("Presets:CorsOrigins", "https://a.example/path"),
            ("Presets:MaxBodyByte", "1"), ("urls", "banana"));

        string[] names =
        [
            "ConnectionStrings:Presets", "Presets:BootstrapKey", "Presets:BootstrapManagementKey",
            "Presets:MaxBodyBytes", "Presets:HeadMaxAge",
            "Presets:HeadCacheBytes", "Presets:QueueBytes", "Presets:ShutdownTimeout", "Presets:KnownProxies",
            "Presets:BodyBytes", "Presets:BodyTimeout", "Presets:CorsOrigins", "Presets:MaxBodyByte", "urls",
        ];
        Assert.Equal(names.Length, faults.Count);
        Assert.All(
            names, name => Assert.Single(faults, fault => fault.StartsWith(name + " ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ConnectionStrings:Presets", "Host=a;Password=hunter2;Banana=1")]
    [InlineData("ConnectionStrings:Presets", "Data Source=:memory:")]
    [InlineData("ConnectionStrings:Presets", "nonsense")]
    public void A_connection_string_is_checked_and_its_password_not_repeated(string name, string value)
    {
        var fault = Assert.Single(FaultsOf((name, value)));

        Assert.StartsWith(name, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_origin_that_is_none_is_named()
    {
        string[] origins =
        [
            "https://a.example/", "a.example", "ftp://a.example", "https://u@a.example", "null", "https://a.example?x",
            "https://*.a.example", "https://",
        ];

        var fault = Assert.Single(
            FaultsOf(("Presets:CorsOrigins", string.Join(',', (string[])["https://good.example", .. origins]))));

        Assert.All(origins, origin => Assert.Contains($"\"{origin}\"", fault, StringComparison.Ordinal));
        Assert.DoesNotContain("good", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_may_be_given_entry_by_entry()
    {
        await using var app =
            Build(("Presets:CorsOrigins:0", "https://a.example"), ("Presets:CorsOrigins:1", "http://b.example:1"));

        Assert.Equal(
            ["https://a.example", "http://b.example:1"],
            ((PresetsOptions)app.Services.GetService(typeof(PresetsOptions))!).CorsOrigins);
    }

    [Fact]
    public void A_key_is_of_one_kind()
    {
        var key = ApiHost.NewKey();

        var fault = Assert.Single(FaultsOf(("Presets:BootstrapKey", key), ("Presets:BootstrapManagementKey", key)));

        Assert.DoesNotContain(key, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_all_sections_are_reported_together()
    {
        var faults =
            FaultsOf(("Presets:MaxBodyBytes", "x"), ("Cluster:SiloPort", "x"), ("Cluster:GrainCallTimeout", "0.6"));

        Assert.Equal(
            ["Presets:MaxBodyBytes", "Cluster:SiloPort", "Cluster:GrainCallTimeout"],
            faults.Select(fault => fault.Split(' ')[0]));
        Assert.Contains("0.01 to 0.5 seconds", faults[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Path", "/docs"), InlineData("Path", "/API/console"), InlineData("Path", "console")]
    [InlineData("Urls", "8081"), InlineData("Urls", "http://unix:/tmp/console"), InlineData("Urls", "http://a:1/b")]
    [InlineData("Urls", "http://127.0.0.1:8080")]
    [InlineData("Urls", "http://a:8081;http://b:7000", "--http_ports=7000")]
    [InlineData("Urls", "http://a:7000", "--urls=https://b:7000")]
    [InlineData("Urls", "http://a:8081", "--Kestrel:Endpoints:Http:Url=http://b:8080")]
    [InlineData("ApiUrl", "presets.example"), InlineData("ApiUrl", "https://presets.example/?a=b")]
    public void Where_the_console_cannot_be_it_is_refused(string name, string value, params string[] others)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Build(
            [($"Console:{name}", value), .. others.Select(other => (other[2..].Split('=')[0], other.Split('=')[1]))]))
            .Faults);

        Assert.StartsWith($"Console:{name} (Console__{name}) ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_the_configuration_names_every_setting()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "configuration.md"));

        Assert.All(
            [
                .. Setting.Of<PresetsOptions>(PresetsOptions.Section),
                .. Setting.Of<ClusterNodeOptions>(ClusterNodeOptions.Section),
                .. UpstreamSettings.All,
                .. Setting.Of<ConsoleOptions>(ConsoleOptions.Section),
            ],
            setting => Assert.Contains(setting.Variable, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("00:00:01.5")]
    public async Task A_time_is_seconds_or_a_time_span(string value)
    {
        await using var app = Build(("Presets:HeadMaxAge", value));

        Assert.Equal(
            TimeSpan.FromSeconds(1.5), ((PresetsOptions)app.Services.GetService(typeof(PresetsOptions))!).HeadMaxAge);
    }

    [Fact]
    public void Every_fault_of_every_upstream_is_reported_each_by_name()
    {
        var faults = FaultsOf(
            ("Presets:BodyBytes", "8388608"), ("Upstreams:Nothing", "1"),
            ("Upstreams:a:Kind", "azure"), ("Upstreams:a:StripPrefix", "maybe"), ("Upstreams:a:IdleTimeout", "0"),
            ("Upstreams:a:Bodies", "chat,messages"), ("Upstreams:a:BaseURL", "ftp://a"), ("Upstreams:a:Url", "x"),
            ("Upstreams:b:BaseUrl", "http://u:p@b/v1?x"), ("Upstreams:b:Key", "two words"),
            ("Upstreams:c:Kind", "openai"), ("Upstreams:c:StripPrefix", "true"),
            ("Upstreams:d:KeyVariable", "PRESETS_TEST_NO_SUCH_VARIABLE"));

        string[] names =
        [
            "Upstreams:MaxBodyBytes", "Upstreams:Nothing", "Upstreams:a:Kind", "Upstreams:a:StripPrefix",
            "Upstreams:a:IdleTimeout", "Upstreams:a:Bodies", "Upstreams:a:BaseUrl", "Upstreams:a:Url",
            "Upstreams:b:BaseUrl", "Upstreams:b:Key", "Upstreams:c:Key", "Upstreams:c:StripPrefix",
            "Upstreams:d:KeyVariable", "Upstreams:d:BaseUrl",
        ];
        Assert.All(
            names, name => Assert.Contains(faults, fault => fault.StartsWith(name + " ", StringComparison.Ordinal)));
        Assert.All(
            faults,
            fault => Assert.Contains(
                fault.Split(' ')[0], names.Append("Upstreams:a:BaseURL"), StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(faults, fault => fault.Contains("two words", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("(Upstreams__c__Key)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Key", "sk-1", true)]
    [InlineData("KeyVariable", "PRESETS_TEST_UPSTREAM_KEY", true)]
    [InlineData("KeyVariable", "PRESETS_TEST_UPSTREAM_BAD_KEY", false)]
    public void The_key_of_an_upstream_may_be_in_a_variable_and_is_repeated_by_no_fault(
        string name, string value, bool isTaken)
    {
        Environment.SetEnvironmentVariable("PRESETS_TEST_UPSTREAM_KEY", "sk-1");
        Environment.SetEnvironmentVariable("PRESETS_TEST_UPSTREAM_BAD_KEY", "sk-1\u00e9");

        var fault = Record.Exception(() => Build(("Upstreams:a:Kind", "anthropic"), ("Upstreams:a:" + name, value)));

        Assert.Equal(isTaken, fault is null);
        Assert.DoesNotContain("sk-1", fault?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_upstream_the_memory_for_bodies_may_be_small() =>
        Assert.Null(Record.Exception(() => Build(("Presets:BodyBytes", "8388608"))));

    private static string Root([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..");

    private static IReadOnlyList<string> FaultsOf(params (string Name, string Value)[] settings) =>
        Assert.Throws<SettingsException>(() => Build(settings)).Faults;

    private static Microsoft.AspNetCore.Builder.WebApplication Build(params (string Name, string Value)[] settings) =>
        PresetsHost.Build<ClusterNodeOptions>(
            [.. settings.Select(setting => $"--{setting.Name}={setting.Value}")],
            ClusterNodeOptions.Section,
            ClusterNode.AddClusterPresets);
}
