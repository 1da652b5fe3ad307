namespace Presets.Console;

/// <summary>Signing in and out.</summary>
internal sealed class SignInPages(ChangePages changes, ManagementPages management) : IDisposable
{
    /// <summary>What the names of the fields of a form that was sent without a session begin with.</summary>
    public const string Kept = "kept.";

    private const string Route = "sign-in";
    private const string Title = "Sign in";
    private readonly SignInLimit limit = new();

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            Route,
            [HttpMethods.Get, HttpMethods.Head],
            (RequestDelegate)(context => PageRoutes.AnswerOpenAsync(context, ShowAsync)));
        routes.MapPost(Route, (RequestDelegate)(context => PageRoutes.AnswerOpenAsync(context, SignInAsync)));
        routes.MapPost("sign-out", (RequestDelegate)(context => PageRoutes.AnswerOpenAsync(context, SignOutAsync)));
    }

    /// <summary>What somebody is answered who is not signed in. A form that was sent is kept.</summary>
    public static Reply AskFor(PageAnswer answer)
    {
        var request = answer.Context.Request;
        var here = request.PathBase + request.Path + request.QueryString;
        if (!HttpMethods.IsPost(request.Method))
            return new SeeOther($"{answer.Frame.Path}/{Route}" + QueryString.Create("return", here));
        var kept = request.Form.Where(field => field.Key != Visit.TokenField)
            .ToDictionary(field => field.Key, field => field.Value.ToString());
        return PageOf(here, kept, "Your session has ended. Nothing was changed; sign in to go on.", 401);
    }

    /// <inheritdoc/>
    public void Dispose() => limit.Dispose();

    private static async Task<Reply> ShowAsync(PageAnswer answer)
    {
        var target = LocalTarget(answer, answer.Context.Request.Query["return"].ToString());
        return await Sessions.FindAsync(answer) is null
            ? PageOf(target, [], message: null, StatusCodes.Status200OK)
            : new SeeOther(target);
    }

    private async Task<Reply> SignInAsync(PageAnswer answer)
    {
        var context = answer.Context;
        var form = context.Request.Form;
        var target = LocalTarget(answer, form["return"].ToString());
        var kept = form.Where(field => field.Key.StartsWith(Kept, StringComparison.Ordinal))
            .ToDictionary(field => field.Key[Kept.Length..], field => field.Value.ToString());
        var address = context.Connection.RemoteIpAddress;
        if (!limit.Allows(address))
        {
            context.Response.Headers.RetryAfter = "60";
            return PageOf(target, kept, "Signing in failed too often from this address. Wait some minutes.", 429);
        }

        try
        {
            var visit = await Sessions.BeginAsync(answer, form["key"].ToString().Trim());
            return await ShowAgainAsync(visit, target, kept) ?? new SeeOther(target);
        }
        catch (Refusal refusal) when (refusal.Code == RefusalCode.Unauthorized)
        {
            limit.Failed(address);
            return PageOf(target, kept, refusal.Message, 401);
        }
    }

    private async Task<Reply?> ShowAgainAsync(Visit visit, string target, Dictionary<string, string> kept)
    {
        if (kept.Count == 0)
            return null;
        var fields = new Fields(kept);
        return await changes.ShowAgainAsync(visit, target, fields)
            ?? await management.ShowAgainAsync(visit, target, fields);
    }

    private static async Task<Reply> SignOutAsync(PageAnswer answer)
    {
        if (await Sessions.FindAsync(answer) is { } visit)
        {
            if (!visit.IsGenuine(answer.Context.Request.Form))
                throw new Refusal(RefusalCode.Forbidden, "The form is of another session.");
            await Sessions.EndAsync(answer.Context);
        }

        return new SeeOther($"{answer.Frame.Path}/{Route}");
    }

    // A path of the console, never another site: "//host" and "/\host" do not begin as these do.
    private static string LocalTarget(PageAnswer answer, string target)
    {
        var path = answer.Frame.Path;
        var isLocal = target.StartsWith(path, StringComparison.Ordinal)
            && target.AsSpan(path.Length) is [] or ['/' or '?', ..]
            && !target.Any(char.IsControl);
        return isLocal ? target : path;
    }

    private static Page PageOf(string target, Dictionary<string, string> kept, string? message, int status) =>
        Page.Of<SignInPage>(Title, ("Target", target), ("KeptFields", kept), ("Message", message)) with
        {
            Status = status,
        };
}
