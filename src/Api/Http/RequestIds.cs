using Microsoft.AspNetCore.Http.Features;

namespace Presets.Api;

/// <summary>What the history calls a request by: the trace id that its log lines and errors carry.</summary>
internal static class RequestIds
{
    /// <summary>The trace id of the request; null when it is not traced.</summary>
    public static Guid? Of(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { } activity)
            return null;
        Span<byte> id = stackalloc byte[16];
        activity.TraceId.CopyTo(id);
        return new Guid(id, bigEndian: true);
    }
}
