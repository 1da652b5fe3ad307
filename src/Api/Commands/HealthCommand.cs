using System.CommandLine;

namespace Presets.Api;

/// <summary><c>health</c>: asks a node for a container image that has no other program to ask with.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = "where the node listens" };
        var health = new Command("health", "Asks the node whether it is ready; exit status 0 or 1") { urls };
        health.SetAction((result, cancellationToken) =>
        {
            var address = result.GetValue(urls) ?? WebApplication.CreateSlimBuilder().Configuration["urls"];
            return AskAsync((address ?? PresetsApi.DefaultUrl).Split(';')[0], cancellationToken);
        });
        return health;
    }

    private static async Task<int> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Timeout };
        try
        {
            var url = new Uri(Welcome.Reachable(address) + "/health/ready");
            using var answer = await client.GetAsync(url, cancellationToken);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(cancellationToken));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {e.Message}");
            return 1;
        }
    }
}
