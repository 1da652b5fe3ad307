namespace Presets.Console;

/// <summary>The routes of the web console.</summary>
public static class ConsoleRoutes
{
    /// <summary>Maps the pages and their assets, unless the settings turn the console off.</summary>
    public static void MapConsole(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ConsoleOptions>();
        if (!options.Enabled)
            return;
        app.MapDocs();
        var routes = app.MapGroup(options.Path).ExcludeFromDescription();
        routes.MapMethods("assets/{name}", [HttpMethods.Get, HttpMethods.Head], Assets.Get);
        var changes = ActivatorUtilities.CreateInstance<ChangePages>(
            app.Services, ActivatorUtilities.CreateInstance<AnnouncedChanges>(app.Services));
        changes.Map(routes);
        var attempts = ActivatorUtilities.CreateInstance<TryPages>(app.Services);
        attempts.Map(routes);
        routes.MapConfigChecks();
        var management = new ManagementPages(
            ActivatorUtilities.CreateInstance<KeyForms>(app.Services),
            ActivatorUtilities.CreateInstance<WorkspaceForms>(app.Services),
            options);
        management.Map(routes);
        var signIn = new SignInPages(
            [changes.ShowAgainAsync, attempts.ShowAgainAsync, management.ShowAgainAsync]);
        signIn.Map(routes);
        app.Lifetime.ApplicationStopped.Register(signIn.Dispose);
        ActivatorUtilities.CreateInstance<KeyPages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<ClusterPages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<WorkspacePages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<PresetPages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<ActivityPages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<ComparePages>(app.Services).Map(routes);
        ActivatorUtilities.CreateInstance<PaletteSearch>(app.Services).Map(routes);
        routes.MapPage("", KeyScopes.None, visit => Task.FromResult<Reply>(new SeeOther(visit.Url("presets"))));
        routes.MapPage(
            "{**path}",
            KeyScopes.None,
            _ => throw new Refusal(RefusalCode.RouteNotFound, "There is no such page."));
    }
}
