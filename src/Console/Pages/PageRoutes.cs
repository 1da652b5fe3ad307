namespace Presets.Console;

/// <summary>Answers a request of somebody who is signed in.</summary>
internal delegate Task<Reply> PageHandler(Visit visit);

/// <summary>Maps pages for those who are signed in.</summary>
internal static class PageRoutes
{
    /// <summary>Maps a page that is read.</summary>
    /// <param name="scopes">What an ordinary key needs.</param>
    public static void MapPage(
        this IEndpointRouteBuilder routes, string pattern, KeyScopes scopes, PageHandler handler) =>
        routes.MapPage(pattern, [scopes], handler);

    /// <summary>Maps a page that is read.</summary>
    /// <param name="anyOf">Sets of scopes. An ordinary key needs all scopes of one of them.</param>
    public static void MapPage(
        this IEndpointRouteBuilder routes, string pattern, KeyScopes[] anyOf, PageHandler handler) =>
        routes.MapMethods(
            pattern, [HttpMethods.Get, HttpMethods.Head], context => AnswerAsync(context, anyOf, handler));

    /// <summary>Maps a form that is sent. The handler asks whether it is genuine.</summary>
    /// <param name="size">How large it may be.</param>
    /// <inheritdoc cref="MapPage(IEndpointRouteBuilder, string, KeyScopes[], PageHandler)"/>
    public static void MapForm(
        this IEndpointRouteBuilder routes,
        string pattern,
        KeyScopes[] anyOf,
        PageHandler handler,
        FormSize size = FormSize.Small) =>
        routes.MapPost(pattern, (RequestDelegate)(context => AnswerAsync(context, anyOf, handler, size)));

    /// <summary>
    /// Maps what a script of a page sends, with the fields of a form of that page. The handler answers itself, and
    /// refusals are told as the API tells them.
    /// </summary>
    /// <param name="required">Which keys may use it.</param>
    public static void MapFetch(
        this IEndpointRouteBuilder routes, string pattern, RequiredKey required, Func<Visit, Task> handler) =>
        routes.MapPost(pattern, (RequestDelegate)(async context =>
        {
            context.Response.OnStarting(KeepToItselfAsync, context.Response);
            RequestOrigin.Check(context.Request);
            await FormBodies.ReadAsync(context, FormSize.Small);
            var visit = await Sessions.FindAsync(new PageAnswer(context))
                ?? throw new Refusal(RefusalCode.Unauthorized, "Your session has ended. Nothing was sent.");
            if (!visit.IsGenuine(context.Request.Form))
                throw new Refusal(RefusalCode.Forbidden, "This page is of an earlier session. Nothing was sent.");
            if (required.FaultOf(visit.Key) is { } fault)
                throw fault;
            await handler(visit);
        }));

    /// <summary>Answers with what a handler that needs no session makes.</summary>
    public static async Task AnswerOpenAsync(
        HttpContext context, Func<PageAnswer, Task<Reply>> handler, FormSize size = FormSize.Small)
    {
        var answer = new PageAnswer(context);
        Reply reply;
        try
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                RequestOrigin.Check(context.Request);
                await FormBodies.ReadAsync(context, size);
            }

            reply = await handler(answer);
        }
        catch (Exception failure) when (ErrorPageOf(failure) is { } page)
        {
            reply = page;
        }

        await answer.WriteAsync(reply);
    }

    private static Task AnswerAsync(
        HttpContext context, KeyScopes[] anyOf, PageHandler handler, FormSize size = FormSize.Small) =>
        AnswerOpenAsync(
            context,
            async answer =>
            {
                var visit = await Sessions.FindAsync(answer);
                if (visit is null)
                    return SignInPages.AskFor(answer);
                answer.Visit = visit;
                // That the key lets somebody in at all was asked with the session.
                if (visit.Key.Lacks(anyOf) is { } fault)
                    throw fault;
                return await handler(visit);
            },
            size);

    // Only the script reads what an upstream sends: a browser must neither show it as a page of this site nor
    // store it.
    private static Task KeepToItselfAsync(object answer)
    {
        var headers = ((HttpResponse)answer).Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        return Task.CompletedTask;
    }

    /// <summary>The page that tells of a failure; null when it is a defect, which the API answers and logs.</summary>
    private static Page? ErrorPageOf(Exception failure)
    {
        var refusal = ErrorMiddleware.RefusalOf(failure);
        if (refusal.Code == RefusalCode.InternalError)
            return null;
        return Page.Of<ErrorPage>("Not possible", ("Message", refusal.Message)) with
        {
            Status = ErrorMap.Of(refusal.Code).Status,
        };
    }
}
