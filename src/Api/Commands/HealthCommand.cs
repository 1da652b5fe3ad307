namespace Presets.Api;

/// <summary><c>health</c>: asks the node on this machine whether it is ready, for a container image that has no other program to ask with.</summary>
internal static class HealthCommand
{
    /// <summary>Runs the command.</summary>
    /// <param name="words">What follows <c>health</c>: the address, where the environment does not tell it.</param>
    /// <returns>0 when the node is ready, else 1.</returns>
    public static async Task<int> RunAsync(string[] words)
    {
        var configuration = WebApplication.CreateSlimBuilder(words).Configuration;
        var address = (configuration["urls"] ?? PresetsApi.DefaultUrl).Split(';')[0];
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await client.GetAsync(new Uri(Welcome.Reachable(address) + "/health/ready"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {e.Message}");
            return 1;
        }
    }
}
