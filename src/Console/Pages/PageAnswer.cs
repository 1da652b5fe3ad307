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
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{Frame.Nonce}'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        if (reply is SeeOther other)
        {
            response.StatusCode = StatusCodes.Status303SeeOther;
            headers.Location = other.Url;
            response.ContentLength = 0;
            return;
        }

        byte[] body;
        if (reply is JsonReply json)
        {
            (response.ContentType, body) = ("application/json", json.Utf8);
        }
        else
        {
            var page = (Page)reply;
            body = Encoding.UTF8.GetBytes(await RenderAsync(page));
            (response.ContentType, response.StatusCode) = ("text/html; charset=utf-8", page.Status);
        }

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
