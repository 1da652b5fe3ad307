using Microsoft.AspNetCore.Routing.Template;

namespace Presets.Console;

/// <summary>
/// A form that was sent to an address without a session, filled in and not carried out; null when the address is
/// another one, or when the key may not use it.
/// </summary>
internal delegate Task<Reply?> KeptForm(Visit visit, string target, Fields fields);

/// <summary>What forms that are shown again, instead of being carried out, have in common.</summary>
internal static class KeptForms
{
    /// <summary>The values of a route in the address that a form was sent to; null when it is another's.</summary>
    public static RouteValueDictionary? Match(ConsoleOptions options, string route, string target)
    {
        var values = new RouteValueDictionary();
        var matcher = new TemplateMatcher(TemplateParser.Parse($"{options.Path[1..]}/{route}"), []);
        return matcher.TryMatch(target.Split('?')[0], values) ? values : null;
    }

    /// <summary>What is said above a form whose session had ended.</summary>
    /// <param name="done">What it does to what was typed: "changed" or "sent".</param>
    public static string SignedInAgain(string done) =>
        $"You are signed in again. Nothing was {done} yet: this is what you had typed.";

    /// <summary>What is said above a form that another session made.</summary>
    /// <inheritdoc cref="SignedInAgain"/>
    public static string OfEarlierSession(string done) =>
        $"This form is of an earlier session. Nothing was {done}: check it, and send it again.";
}
