using Microsoft.AspNetCore.Http.Features;

namespace Presets.Console;

/// <summary>An answer that is kept in memory, for a page to show. Until it is shown, nothing of it has begun.</summary>
internal sealed class KeptAnswer : HttpResponseFeature, IDisposable
{
    /// <summary>The most bytes of its body: the rest is not waited for.</summary>
    public const int MostBytes = 4 << 20;

    private readonly Stack<(Func<object, Task> Callback, object State)> starting = new();
    private readonly CancellationTokenSource over;
    private readonly BoundedStream body;

    /// <summary>Makes an answer the one of a request.</summary>
    public KeptAnswer(HttpContext request)
    {
        over = CancellationTokenSource.CreateLinkedTokenSource(request.RequestAborted);
        body = new BoundedStream(over);
        request.Features.Set<IHttpResponseFeature>(this);
        request.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        request.Features.Set<IHttpRequestLifetimeFeature>(
            new HttpRequestLifetimeFeature { RequestAborted = over.Token });
    }

    /// <summary>The body.</summary>
    public byte[] Bytes => body.ToArray();

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsCut => body.IsFull;

    /// <inheritdoc/>
    public override void OnStarting(Func<object, Task> callback, object state) => starting.Push((callback, state));

    /// <summary>Adds the headers that are added last.</summary>
    public async Task FinishAsync()
    {
        while (starting.TryPop(out var each))
            await each.Callback(each.State);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        body.Dispose();
        over.Dispose();
    }

    private sealed class BoundedStream(CancellationTokenSource over) : MemoryStream
    {
        public bool IsFull { get; private set; }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsFull |= Length + buffer.Length > MostBytes;
            if (IsFull)
                await over.CancelAsync();
            else
                await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
