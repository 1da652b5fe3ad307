namespace Presets.Console;

/// <summary>
/// Requests with a message of the visitor's, to one version of a preset or to two side by side. They go the way of the
/// API's inference routes, with the key of the session, and count as use of the preset. Nothing is stored.
/// </summary>
internal sealed class TryPages(
    IPresets presets,
    IPresetStore store,
    InferenceEndpoints inference,
    PresetResolver resolver,
    UpstreamSet upstreams,
    ConsoleOptions options,
    TimeProvider clock)
{
    /// <summary>The last part of the page's address.</summary>
    public const string Name = "try";

    /// <summary>The last part of the address of the answers that come as events.</summary>
    public const string Stream = Name + "/stream";

    /// <summary>Says in which dialect an answer is, which the script of the page reads.</summary>
    public const string BodyHeader = "X-Preset-Body";

    /// <summary>As <c>/resolve</c>: what is sent is shown, too.</summary>
    public static readonly RequiredKey Required = new(KeyKind.Ordinary, [KeyScopes.Read | KeyScopes.Inference]);

    private const string Route = "presets/{slug}/" + Name;

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Route, KeyScopes.None, ShowAsync);
        routes.MapForm(Route, [KeyScopes.None], SendAsync);
        routes.MapFetch("presets/{slug}/" + Stream, Required, StreamAsync);
    }

    /// <inheritdoc cref="KeptForm"/>
    public async Task<Reply?> ShowAgainAsync(Visit visit, string target, Fields fields) =>
        KeptForms.Match(options, Route, target) is { } values && visit.MayTry
            ? PageOf(await OpenAsync(visit, (string)values["slug"]!, fields) with
            {
                Notice = KeptForms.SignedInAgain("sent"),
            })
            : null;

    private async Task<Reply> ShowAsync(Visit visit) =>
        PageOf(await OpenAsync(visit, PresetWorkspace.SlugOf(visit.Context), new(visit.Context.Request.Query)));

    private async Task<Reply> SendAsync(Visit visit)
    {
        var posted = visit.Context.Request.Form;
        var page = await OpenAsync(visit, PresetWorkspace.SlugOf(visit.Context), new(posted));
        if (!visit.IsGenuine(posted))
        {
            return PageOf(page with
            {
                Notice = KeptForms.OfEarlierSession("sent"),
                Status = StatusCodes.Status403Forbidden,
            });
        }

        try
        {
            var (form, action) = (page.Form, page.Form.Fields[TryForm.ActionField]);
            var sides = page.Error is not null ? [] : form.Versions.Select(version => action switch
            {
                TryForm.Send => AskAsync(visit, form, version),
                TryForm.Show => ResolveAsync(visit, form, version),
                _ => null,
            }).OfType<Task<TrySide>>();
            return PageOf(page with { Sides = await Task.WhenAll(sides) });
        }
        catch (Refusal refusal)
        {
            return PageOf(page.With(refusal));
        }
    }

    // The answer is the upstream's, as it comes.
    private async Task StreamAsync(Visit visit)
    {
        var page = await OpenAsync(visit, PresetWorkspace.SlugOf(visit.Context), new(visit.Context.Request.Form));
        if (page.Error is { } error)
            throw new Refusal(RefusalCode.InvalidParameter, error, TryForm.VersionField);
        var version = page.Form.Versions[0];
        visit.Context.Response.Headers[BodyHeader] = BodyKinds.NameOf(version.Body);
        var request = InnerRequest.Of(visit.Context, version.Body, page.Form.RequestFor(version, isStream: true));
        await inference.ForwardAsync(request, visit.Key, InferenceRoute.Of(version.Body));
    }

    private async Task<TrySide> AskAsync(Visit visit, TryForm form, ServedVersion version)
    {
        var request = InnerRequest.Of(visit.Context, version.Body, form.RequestFor(version, isStream: false));
        using var kept = new KeptAnswer(request);
        var began = clock.GetTimestamp();
        TryAnswer answer;
        try
        {
            await inference.ForwardAsync(request, visit.Key, InferenceRoute.Of(version.Body));
            var took = clock.GetElapsedTime(began);
            answer = kept.IsCut
                ? new TryAnswer(kept.StatusCode, took, "") { Error = "The answer is too large for this page." }
                : TryAnswer.Of(version.Body, kept.StatusCode, took, kept.Bytes);
        }
        catch (Exception failure) when (ErrorMiddleware.RefusalOf(failure) is
        {
            Code: not RefusalCode.InternalError
        } refusal)
        {
            if (refusal.Code == RefusalCode.NoUpstream)
                return await ResolveAsync(visit, form, version);
            var (status, _) = ErrorMap.Of(refusal.Code);
            answer = new TryAnswer(status, clock.GetElapsedTime(began), "") { Error = refusal.Message };
        }

        await kept.FinishAsync();
        return new TrySide(version, answer with
        {
            Dropped = kept.Headers[PresetHeaders.Dropped],
            Unfilled = kept.Headers[PresetHeaders.Unfilled],
        });
    }

    private async Task<TrySide> ResolveAsync(Visit visit, TryForm form, ServedVersion version)
    {
        var request = InferenceRequest.Read(version.Body, form.RequestFor(version, isStream: false));
        try
        {
            var part = await resolver.ResolveAsync(visit.Context, visit.Key, request);
            return new TrySide(version, Resolution: Resolution.Of(request, part, upstreams));
        }
        catch (Refusal refusal)
        {
            var (status, _) = ErrorMap.Of(refusal.Code);
            return new TrySide(version, new TryAnswer(status, TimeSpan.Zero, "") { Error = refusal.Message });
        }
    }

    private async Task<TryView> OpenAsync(Visit visit, string slug, Fields fields)
    {
        if (Required.FaultOf(visit.Key) is { } fault)
            throw fault;
        var snapshot = await PresetPages.FindAsync(presets, visit, slug);
        Refusal? refusal = null;
        var numbers = new List<int> { snapshot.Version };
        try
        {
            numbers = NumbersOf(snapshot, fields);
        }
        catch (Refusal thrown)
        {
            // What was typed stays.
            refusal = thrown;
        }

        var versions = await Task.WhenAll(
            numbers.Select(number => VersionEndpoints.FindAsync(store, snapshot, number, visit.Cancelled)));
        var page = new TryView(
            PresetView.Of(snapshot),
            new TryForm(fields, [.. versions.Select(each => ServedVersion.Of(each, slug, snapshot.Locked))]),
            upstreams.All.Count > 0);
        return refusal is null ? page : page.With(refusal);
    }

    private static List<int> NumbersOf(PresetSnapshot preset, Fields fields)
    {
        var numbers = new List<int> { NumberOf(TryForm.VersionField) ?? preset.Version };
        if (NumberOf(TryForm.WithField) is { } other)
            numbers.Add(other);
        return numbers;

        int? NumberOf(string field) =>
            fields.Text(field) is { } version ? VersionEndpoints.NumberOf(preset, version, field) : null;
    }

    private static Page PageOf(TryView view) =>
        Page.Of<TryPage>($"Try {view.Preset.Name}", ("View", view)) with { Status = view.Status };
}
