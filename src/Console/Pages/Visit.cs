using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Presets.Console;

/// <summary>A request of somebody who is signed in.</summary>
public sealed class Visit
{
    /// <summary>The name of the field of a form that proves it came from a page of the same session.</summary>
    public const string TokenField = "token";

    private readonly Frame frame;
    private readonly byte[] secret;

    internal Visit(HttpContext context, Frame frame, byte[] secret, ApiKey key, Workspace workspace)
    {
        (Context, this.frame, this.secret, Key, Workspace) = (context, frame, secret, key, workspace);
        BaseUrl = context.RequestServices.GetRequiredService<Listeners>().ApiUrlOf(context.Request);
    }

    /// <summary>Who is signed in.</summary>
    public ApiKey Key { get; }

    /// <summary>What the pages are about.</summary>
    public Workspace Workspace { get; }

    /// <summary>Where clients reach the API.</summary>
    public string BaseUrl { get; }

    internal HttpContext Context { get; }

    internal CancellationToken Cancelled => Context.RequestAborted;

    /// <summary>
    /// What the forms of this session carry. It is made of the session's secret, so every node can compute it.
    /// </summary>
    public string Token => WebEncoders.Base64UrlEncode(HMACSHA256.HashData(secret, "antiforgery"u8));

    /// <summary>Whether the form of this request came from a page of this session.</summary>
    internal bool IsGenuine(IFormCollection form) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(form[TokenField].ToString()), Encoding.UTF8.GetBytes(Token));

    /// <summary>Whether the key may do what a form does. The rules of the preset may still forbid it.</summary>
    public bool May(Gesture gesture) => gesture.FaultOf(Key) is null;

    /// <summary>Whether pages lead to what a form does to a preset of a status.</summary>
    public bool May(Gesture gesture, PresetStatus status) => gesture.IsFor(status) && May(gesture);

    /// <summary>Whether the key may try presets.</summary>
    public bool MayTry => TryPages.Required.FaultOf(Key) is null;

    /// <summary>The address of a page. With a management key, it names the workspace.</summary>
    public string Url(string page, params (string Name, object? Value)[] query) =>
        UrlIn(Key.IsManagement ? Workspace.Id : null, page, query);

    /// <summary>The address of a page in a workspace.</summary>
    public string UrlIn(Guid? workspaceId, string page, params (string Name, object? Value)[] query) =>
        QueryHelpers.AddQueryString($"{frame.Path}/{page}", query
            .Append((PresetWorkspace.Parameter, workspaceId))
            .Select(each => KeyValuePair.Create<string, string?>(
                each.Name, Convert.ToString(each.Value, CultureInfo.InvariantCulture)))
            .Where(each => !string.IsNullOrEmpty(each.Value)));

    /// <summary>The address of a page of a preset.</summary>
    public string PresetUrl(string slug, string page = "", params (string Name, object? Value)[] query) =>
        Url(page.Length == 0 ? $"presets/{slug}" : $"presets/{slug}/{page}", query);
}
