using Presets.Storage;

namespace Presets.Console.Tests;

/// <summary>Presets as a team might have them, for pictures.</summary>
internal static class SampleWorkspace
{
    private const string FindConnection = """
        {"type": "function", "function": {"name": "find_connection",
        "description": "Finds train connections between two stations at a given time.",
        "parameters": {"type": "object", "required": ["from", "to"], "properties": {
        "from": {"type": "string", "description": "Station of departure"}, "to": {"type": "string"}}}}}
        """;

    private const string FindConnectionWithDelays = """
        {"type": "function", "function": {"name": "find_connection",
        "description": "Finds train connections between two stations at a given time, with their delays.",
        "parameters": {"type": "object", "required": ["from", "to"], "properties": {
        "from": {"type": "string", "description": "Station of departure"}, "to": {"type": "string"}}}}}
        """;

    private const string OpenCase = """
        {"type": "function", "function": {"name": "open_case", "description": "Opens a case for a person to look at.",
        "parameters": {"type": "object", "properties": {"why": {"type": "string"}}}}}
        """;

    private const string Slug = "support-bot";

    private static readonly Dictionary<ConsoleSite, Task<string>> Filled = [];

    /// <summary>Fills the default workspace of a site, once.</summary>
    /// <returns>The slug of the preset that has everything.</returns>
    public static Task<string> FillOnceAsync(ConsoleSite site)
    {
        lock (Filled)
            return Filled.TryGetValue(site, out var filling) ? filling : Filled[site] = FillAsync(site);
    }

    private static async Task<string> FillAsync(ConsoleSite site)
    {
        foreach (var (slug, model, name) in new[]
        {
            ("translate", "google/gemini-2.5-flash", null),
            ("summarize-ticket", "anthropic/claude-sonnet-4.5", "Ticket summaries"),
            ("classify-intent", "openai/gpt-4o-mini", "Intent of a message"),
            ("extract-invoice-fields-from-scanned-documents", "mistralai/mistral-large", null),
            ("sql-helper", "deepseek/deepseek-chat", "SQL helper"),
            ("greeting", "openai/gpt-4o", "مساعد الدعم 🚆"),
        })
        {
            var config = $$"""{"model": "{{model}}", "temperature": 0.1}""";
            await CreateAsync(site, slug, config, "You are brief.", "First");
            if (name is not null)
                await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", $$"""{"name": "{{name}}"}""");
        }

        await site.ApiAsync(HttpMethod.Put, "/presets/translate/labels/production", """{"version": 1}""");
        await site.ApiAsync(HttpMethod.Patch, "/presets/sql-helper", """{"status": "disabled"}""");
        await FillSupportBotAsync(site);
        return Slug;
    }

    private static async Task FillSupportBotAsync(ConsoleSite site)
    {
        const string Prompt =
            "You are the assistant of a railway company.\\nAnswer questions about trains, tickets and ";
        await CreateAsync(
            site, Slug, """{"model": "openai/gpt-4o", "temperature": 0.2, "max_tokens": 800}""",
            Prompt + "delays.\\nBe brief and friendly.", "First version");
        await CreateAsync(
            site,
            Slug,
            """{"model": "openai/gpt-4o", "temperature": 0.2, "max_tokens": 800, """
            + $$"""
            "provider": {"sort": "price"}, "tools": [{{FindConnection}}]}
            """,
            Prompt + "delays.\\nBe brief, friendly and precise.",
            "Finds connections by itself");
        await CreateAsync(
            site,
            Slug,
            """{"model": "openai/gpt-5", "temperature": 0.4, "max_tokens": 1200, """
            + $$"""
            "provider": {"sort": "price"}, "reasoning": {"effort": "low"},
            "tools": [{{FindConnectionWithDelays}}, {{OpenCase}}]}
            """,
            Prompt + "refunds.\\nBe brief, friendly and precise.\\nAnswer in the language of the question.",
            "Refunds; answers in the language of the question");
        await site.ApiAsync(
            HttpMethod.Patch,
            $"/presets/{Slug}",
            """
            {"name": "Support assistant", "description": "Answers travellers in the app and on the web.",
                "locked": ["model", "provider.sort"]}
            """);
        await site.ApiAsync(HttpMethod.Put, $"/presets/{Slug}/labels/production", """{"version": 2}""");
        await site.ApiAsync(HttpMethod.Put, $"/presets/{Slug}/labels/staging", """{"version": 3}""");
        await site.ApiAsync(
            HttpMethod.Put, $"/presets/{Slug}/labels/production", """{"version": 3, "protected": true}""");
        await UseAsync(site, Guid.Parse((await site.PresetAsync(Slug)).GetProperty("id").GetString()!));
    }

    private static Task CreateAsync(ConsoleSite site, string slug, string config, string prompt, string message) =>
        site.ApiAsync(
            HttpMethod.Post,
            $"/presets/{slug}/versions",
            $$"""{"config": {{config}}, "system_prompt": "{{prompt}}", "message": "{{message}}"}""");

    private static Task UseAsync(ConsoleSite site, Guid presetId)
    {
        var tallies = new Dictionary<UsageKey, UsageTally>();
        var now = site.Service<TimeProvider>().GetUtcNow();
        for (var day = 0; day < 30; day++)
        {
            var at = now.AddDays(-day);
            var isWeekend = at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            var requests = 900 + 37 * (day * 7 % 11) - (isWeekend ? 400 : 0);
            tallies[new(presetId, DateOnly.FromDateTime(at.UtcDateTime), day < 6 ? 3 : 2)] =
                new(requests, 0, requests / 90, requests / 300, 0, at, at);
        }

        return site.Service<UsageStore>().AddAsync(new UsageBatch(1_000_000, tallies), now);
    }
}
