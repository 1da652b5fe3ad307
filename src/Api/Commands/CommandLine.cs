namespace Presets.Api;

/// <summary>The words a program of this service can be started with.</summary>
internal static class CommandLine
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        Usage:
          [--urls URL] [--NAME VALUE ...]     serve the API (http://127.0.0.1:8080 unless told otherwise)
          keys create [--management] [--workspace ID-or-slug] [--name NAME]
                                              make a key and print it
          copy --from "Data Source=..." --to "Host=..."
                                              copy a SQLite file, all of it, into an empty Postgres
          health [--urls URL]                 ask the node whether it is ready; exit status 0 or 1
          --help                              this text

        Settings, each also an environment variable with __ in place of the colon (Presets__MaxBodyBytes):
          --ConnectionStrings:Presets         "Data Source=data/presets.db" (SQLite, the default) or "Host=...;Database=..." (Postgres)
          --Presets:BootstrapKey              an ordinary key to make at the first start, instead of a generated one
          --Presets:BootstrapManagementKey    a management key, likewise
          --Presets:MaxBodyBytes              the largest body, in bytes (1048576)
          --Presets:HeadMaxAge                how old a preset in memory may be on Postgres, in seconds (1)
          --Presets:HeadCacheBytes            memory for presets, in bytes (33554432)
          --Presets:QueueBytes                memory for waiting writes, in bytes (67108864)
          --Presets:KnownProxies              whose X-Forwarded-* headers to believe (127.0.0.0/8,::1)
          --Presets:DrainTime                 how long a node still serves after SIGTERM, saying that it is not ready, in seconds (0)
          --Presets:ShutdownTimeout           time for requests in flight after SIGTERM, in seconds (30)
        """;

    private static readonly string[] Names = ["urls", "http_ports", "https_ports", "environment", "contentRoot"];
    private static readonly string[] Sections = ["Presets:", "ConnectionStrings:", "Logging:", "Kestrel:"];

    /// <summary>The first word that is no setting; null when all are.</summary>
    public static string? FindUnknown(IReadOnlyList<string> words, FurtherSettings? further = null)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
                return word;
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word[2..] : word[2..equals];
            if (!IsSetting(name) && (further is null || !name.StartsWith(further.Section + ":", StringComparison.OrdinalIgnoreCase)))
                return word;
            if (equals < 0 && ++i == words.Count)
                return $"{word} (without a value)";
        }

        return null;
    }

    private static bool IsSetting(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Sections.Any(section => name.StartsWith(section, StringComparison.OrdinalIgnoreCase));
}
