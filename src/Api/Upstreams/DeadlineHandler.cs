using Microsoft.Extensions.ObjectPool;

namespace Presets.Api;

/// <summary>
/// Bounds the time of each exchange with an upstream: until its answer begins, and each pause of it after that.
/// </summary>
internal sealed class DeadlineHandler(
    HttpMessageHandler inner, TimeSpan firstByteTimeout, TimeSpan idleTimeout, TimeProvider clock)
    : DelegatingHandler(inner)
{
    private readonly DefaultObjectPool<Deadline> deadlines = new(new Deadline.Policy(clock), maximumRetained: 1024);

    /// <summary>Gives a deadline back.</summary>
    public void Return(Deadline deadline) => deadlines.Return(deadline);

    /// <summary>Sends a request. The answer's content is an <see cref="AnswerContent"/>.</summary>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var deadline = deadlines.Get();
        try
        {
            deadline.Start(firstByteTimeout, cancellationToken);
            var response = await base.SendAsync(request, deadline.Token);
            deadline.Set(idleTimeout);
            response.Content = new AnswerContent(response.Content, this, deadline, idleTimeout);
            return response;
        }
        catch
        {
            Return(deadline);
            throw;
        }
    }
}
