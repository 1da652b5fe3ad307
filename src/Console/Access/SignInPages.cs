namespace Presets.Console;

/// <summary>Signing in and out.</summary>
/// <param name="forms">The forms that are shown again after signing in.</param>
internal sealed class SignInPages(IReadOnlyList<KeptForm> forms) : IDisposable
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
        // The form may carry one that was sent without a session.
        routes.MapPost(
            Route, (RequestDelegate)(context => PageRoutes.AnswerOpenAsync(context, SignInAsync, FormSize.Config)));
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
        var sent = context.Request.Form;
        var target = LocalTarget(answer, sent["return"].ToString());
        var kept = sent.Where(field => field.Key.StartsWith(Kept, StringComparison.Ordinal))
            .ToDictionary(field => field.Key[Kept.Length..], field => field.Value.ToString());
        var address = context.Connection.RemoteIpAddress;
        using var turn = await limit.TakeTurnAsync(address, context.RequestAborted);
        if (!turn.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "60";
            return PageOf(target, kept, "Signing in failed too often from this address. Wait some minutes.", 429);
        }

        try
        {
            var visit = await Sessions.BeginAsync(answer, sent["key"].ToString().Trim());
            foreach (var form in kept.Count > 0 ? forms : [])
                if (await form(visit, target, new Fields(kept)) is { } page)
                    return page;
            return new SeeOther(target);
        }
        catch (Refusal refusal) when (refusal.Code == RefusalCode.Unauthorized)
        {
            limit.Failed(address);
            return PageOf(target, kept, refusal.Message, 401);
        }
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
            // An address has no other characters.
            && target.All(character => character is >= ' ' and <= '~');
        return isLocal ? target : path;
    }

    private static Page PageOf(string target, Dictionary<string, string> kept, string? message, int status) =>
        Page.Of<SignInPage>(Title, ("Target", target), ("KeptFields", kept), ("Message", message)) with
        {
            Status = status,
        };
}
