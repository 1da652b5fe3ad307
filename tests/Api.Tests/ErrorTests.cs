using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class ErrorTests(OneNodeHosts hosts)
{
    [Theory, Sqlite]
    public async Task What_is_not_routed_is_answered_in_json(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        foreach (var path in (string[])["/", "/nope", "/presets/a/b/c", "/keys/a/b", "/model"])
            (await host.With(null).GetAsync(path)).IsError(404, "route_not_found");
        var put = await host.With(null).SendAsync(HttpMethod.Put, "/presets");
        var delete = await host.With(null).SendAsync(HttpMethod.Delete, "/keys");

        put.IsError(405, "method_not_allowed");
        Assert.Equal("GET,HEAD", put.Headers["Allow"]);
        delete.IsError(405, "method_not_allowed");
        Assert.Equal("GET,HEAD,POST", delete.Headers["Allow"]);
    }

    [Fact]
    public void Every_refusal_has_a_status_and_its_name_in_snake_case_but_three()
    {
        foreach (var code in Enum.GetValues<RefusalCode>())
        {
            var (status, reason) = ErrorMap.Of(code);

            Assert.InRange(status, 400, 504);
            Assert.Equal(
                code switch
                {
                    RefusalCode.DuplicateMember => "duplicate_key",
                    RefusalCode.ArchivedNotFound => "preset_archived",
                    RefusalCode.DisabledForbidden => "preset_disabled",
                    _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()),
                },
                reason);
        }
    }

    [Fact]
    public async Task A_defect_is_500_with_a_trace_id_that_the_log_has_and_no_detail()
    {
        await using var node = await NodeThatAsync(() => new InvalidOperationException("SECRET detail"));

        var answer = await node.Client.GetAsync("/presets/a");

        answer.IsError(500, "internal_error");
        var traceId = answer.Json.GetProperty("error").GetProperty("metadata").GetProperty("trace_id").GetString()!;
        Assert.DoesNotContain("SECRET", answer.Text, StringComparison.Ordinal);
        var line = Assert.Single(node.Logs.Lines, line => line.Level >= LogLevel.Error);
        Assert.Contains(traceId, line.Text, StringComparison.Ordinal);
        Assert.Contains("SECRET detail", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_defect_is_found_by_the_callers_trace_id()
    {
        const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var node = await NodeThatAsync(() => new InvalidOperationException());

        var answer = await node.Client.SendAsync(
            HttpMethod.Get, "/presets/a", (string?)null, ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"));

        Assert.Contains(TraceId, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RefusalCode.Unavailable, 503, "unavailable")]
    [InlineData(RefusalCode.OutcomeUnknown, 503, "outcome_unknown")]
    [InlineData(RefusalCode.Overloaded, 503, "overloaded")]
    [InlineData(RefusalCode.PresetArchived, 409, "preset_archived")]
    public async Task A_refusal_of_the_presets_is_answered_and_no_error_is_logged(
        RefusalCode code, int status, string reason)
    {
        await using var node = await NodeThatAsync(() => new Refusal(code, "no"));

        var answer = await node.Client.CreateAsync("a");

        answer.IsError(status, reason);
        Assert.Equal(status == 503, answer.Headers.ContainsKey("Retry-After"));
        Assert.DoesNotContain(node.Logs.Lines, line => line.Level > LogLevel.Information);
    }

    [Theory]
    [InlineData(StoreFailure.NotStored, "unavailable")]
    [InlineData(StoreFailure.InDoubt, "outcome_unknown")]
    public async Task What_the_database_does_not_do_is_503(StoreFailure failure, string reason)
    {
        await using var node = await NodeThatAsync(() => new StoreException(failure, "gone"));

        (await node.Client.GetAsync("/presets/a")).IsError(503, reason);
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_error()
    {
        var arrived = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        await using var node = await OneNode.StartAsync(Engine.Sqlite, configure: builder =>
            builder.Services.AddSingleton<IPresets>(new StandIn(async cancellation =>
            {
                arrived.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation)
                    .ContinueWith(_ => left.SetResult(), TaskScheduler.Default);
                throw new OperationCanceledException(cancellation);
            })));
        using var client = new HttpClient();
        using var cancel = new CancellationTokenSource();
        using var request =
            new HttpRequestMessage(HttpMethod.Post, new Uri(node.Url, "/api/v1/presets/a/chat/completions"));
        request.Headers.Authorization = new("Bearer", node.Key);
        request.Content = ApiClient.JsonContent("""{"messages":[{"role":"user","content":"x"}]}""");

        var sent = client.SendAsync(request, cancel.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await cancel.CancelAsync();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        (await node.Client.GetAsync("/key")).Expect(200);
        Assert.DoesNotContain(node.Logs.Lines, line => line.Level > LogLevel.Information);
    }

    private static Task<OneNode> NodeThatAsync(Func<Exception> throws) =>
        OneNode.StartAsync(Engine.Sqlite, configure: builder =>
        builder.Services.AddSingleton<IPresets>(new StandIn(_ => Task.FromException(throws()))));

    private sealed class StandIn(Func<CancellationToken, Task> act) : IPresets
    {
        public async ValueTask<PresetSnapshot?> GetAsync(PresetName key, CancellationToken cancellationToken)
        {
            // The node's warm-up asks for a preset of no workspace.
            if (key.WorkspaceId != Guid.Empty)
                await act(cancellationToken);
            return null;
        }

        public ValueTask<PresetSnapshot?> GetCopyAsync(
            PresetName key, TimeSpan maxAge, CancellationToken cancellationToken) => GetAsync(key, cancellationToken);

        public async ValueTask<ChangeAnswer> ChangeAsync(
            PresetName key, Change change, CancellationToken cancellationToken)
        {
            await act(cancellationToken);
            return default;
        }
    }
}
