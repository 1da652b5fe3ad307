using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Presets.Console.Tests;

/// <summary>Somebody who uses the console without a browser.</summary>
public sealed partial class Visitor : IDisposable
{
    /// <summary>The type of a form as browsers send it.</summary>
    public const string Form = "application/x-www-form-urlencoded";

    private readonly HttpClient http;
    private readonly CookieContainer cookies = new();
    private readonly Uri url;

    public Visitor(Uri url)
    {
        this.url = url;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = url,
        };
    }

    /// <summary>Where it is.</summary>
    public Uri Url => url;

    /// <summary>What the browser would keep of the session; null for none.</summary>
    public string? Cookie
    {
        get => cookies.GetCookies(url)["presets-console"]?.Value;
        set => cookies.Add(url, new Cookie("presets-console", value));
    }

    /// <summary>A visitor who is signed in.</summary>
    public static async Task<Visitor> SignedInAsync(ConsoleSite site, string? key = null)
    {
        var visitor = new Visitor(site.ConsoleUrl);
        var answer = await visitor.SignInAsync(key ?? site.Key);
        Assert.Equal(303, answer.Status);
        return visitor;
    }

    public Task<Seen> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Seen> HeadAsync(string path) => SendAsync(HttpMethod.Head, path, null, []);

    public Task<Seen> PostAsync(
        string path, IEnumerable<(string Name, string? Value)> form, params (string Name, string Value)[] headers) =>
        SendAsync(
            HttpMethod.Post,
            path,
            new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value ?? ""))),
            headers);

    public Task<Seen> PostTextAsync(string path, string text, string type)
    {
        var content = new StringContent(text);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return SendAsync(HttpMethod.Post, path, content, []);
    }

    /// <summary>Sends a form that does not say how long it is.</summary>
    public async Task<Seen> PostChunkedAsync(string path, string form)
    {
        using var content = new StringContent(form, new MediaTypeHeaderValue(Form));
        return await SendAsync(HttpMethod.Post, path, content, [("Transfer-Encoding", "chunked")]);
    }

    /// <summary>Goes to another node, as a balancer does: with the same cookies.</summary>
    public Visitor At(ConsoleSite site) => new(site.Url) { Cookie = Cookie };

    public Task<Seen> SignInAsync(string key, string target = "/console", params (string, string)[] headers) =>
        PostAsync("/console/sign-in", [("key", key), ("return", target)], headers);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<Seen> SendAsync(
        HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Seen(
            (int)response.StatusCode,
            text,
            response.Headers.Location?.OriginalString,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join('\n', header.Value)));
    }

    /// <summary>An answer of the console.</summary>
    public sealed partial record Seen(
        int Status, string Html, string? Location, IReadOnlyDictionary<string, string> Headers)
    {
        /// <summary>The hidden fields of its forms, the last of each name.</summary>
        public Dictionary<string, string> Hidden => HiddenField().Matches(Html)
            .GroupBy(match => match.Groups[1].Value)
            .ToDictionary(group => group.Key, group => WebUtility.HtmlDecode(group.Last().Groups[2].Value));

        /// <summary>The hidden fields of its forms, and others in place of or beside them.</summary>
        public IEnumerable<(string, string?)> Form(params (string Name, string? Value)[] fields) =>
            Hidden.Where(each => fields.All(field => field.Name != each.Key))
                .Select(each => (each.Key, (string?)each.Value)).Concat(fields);

        [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
        private static partial Regex HiddenField();
    }
}
