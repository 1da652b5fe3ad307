using System.Net;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Presets.Silo.Tests;

/// <summary>The console's page of the cluster, while a node hangs and once it is gone.</summary>
public sealed class ClusterPageTests(ITestOutputHelper output)
{
    private const int Hung = 2;

    [PostgresFact]
    public async Task A_node_that_hangs_is_said_not_to_answer_and_delays_the_page_little()
    {
        var key = KeySecret.Generate();
        await using var site = await ClusterSite.StartAsync(output, ("Presets__BootstrapManagementKey", key));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{site.Node(0).Port}") };
        using var signIn = await http.PostAsync(
            new Uri("/console/sign-in", UriKind.Relative),
            new FormUrlEncodedContent([new("key", key), new("return", "/console/cluster")]));
        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        await AnswersAsync(3);

        await site.Node(Hung).FreezeAsync();
        var asked = TimeProvider.System.GetTimestamp();
        var page = await http.GetStringAsync(new Uri("/console/cluster", UriKind.Relative));
        var took = TimeProvider.System.GetElapsedTime(asked);
        await site.Node(Hung).ThawAsync();

        Assert.Single(Regex.Matches(page, "does not answer"));
        Assert.Equal(2, AnswersOf(page));
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await AnswersAsync(3);

        // A node learns of another when the membership is told on.
        async Task AnswersAsync(int count)
        {
            for (var deadline = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(100))
            {
                var shown = await http.GetStringAsync(new Uri("/console/cluster", UriKind.Relative));
                if (AnswersOf(shown) == count)
                    return;
                Assert.True(DateTime.UtcNow < deadline, shown);
            }
        }
    }

    private static int AnswersOf(string page) => Regex.Count(page, "data-title=\"Release\"");
}
