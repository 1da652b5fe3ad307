using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Presets.Console;

/// <summary>The answer to a request for a page.</summary>
internal sealed class PageAnswer(HttpContext context)
{
    /// <summary>The request.</summary>
    public HttpContext Context => context;

    /// <summary>What is around the page.</summary>
    public Frame Frame { get; } = new(context.RequestServices.GetRequiredService<ConsoleOptions>().Path);

    /// <summary>Who is signed in; null for nobody.</summary>
    public Visit? Visit { get; set; }

    /// <summary>Sends it.</summary>
    public async Task WriteAsync(Reply reply)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        var styles = reply is Page { HasEditor: true } ? $"'self' 'nonce-{Frame.Nonce}'" : "'self'";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{Frame.Nonce}'; style-src {styles}; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        if (reply is SeeOther other)
        {
            response.StatusCode = StatusCodes.Status303SeeOther;
            headers.Location = other.Url;
            response.ContentLength = 0;
            return;
        }

        if (reply is JsonReply json)
        {
            await SendAsync(json.Utf8, "application/json");
            return;
        }

        var page = (Page)reply;
        response.StatusCode = page.Status;
        await SendAsync(Encoding.UTF8.GetBytes(await RenderAsync(page)), "text/html; charset=utf-8");
    }

    private async Task SendAsync(byte[] body, string type)
    {
        var response = context.Response;
        response.ContentType = type;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private async Task<string> RenderAsync(Page page)
    {
        var services = context.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var document = await renderer.RenderComponentAsync<Document>(
                ParameterView.FromDictionary(new Dictionary<string, object?>
                {
                    [nameof(Document.Title)] = page.Title,
                    [nameof(Document.Component)] = page.Component,
                    [nameof(Document.Parameters)] = page.Parameters,
                    [nameof(Document.Frame)] = Frame,
                    [nameof(Document.Visit)] = Visit,
                }));
            return document.ToHtmlString();
        });
    }
}
