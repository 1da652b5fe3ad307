using System.Text.Json;

namespace Presets.Console;

/// <summary>Tells the editor what is wrong with a configuration while it is typed. Nothing is stored.</summary>
internal static class ConfigChecks
{
    /// <summary>The address.</summary>
    public const string Route = "check-config";

    /// <summary>Maps the route.</summary>
    public static void MapConfigChecks(this IEndpointRouteBuilder routes) =>
        routes.MapForm(Route, Gestures.Create.AnyOf, visit => Task.FromResult(Check(visit)), FormSize.Config);

    private static Reply Check(Visit visit)
    {
        var form = visit.Context.Request.Form;
        if (!visit.IsGenuine(form))
            throw new Refusal(RefusalCode.Forbidden, "The form is of another session.");
        var fields = new Fields(form);
        var faults = ConfigFaults.Of(fields[Draft.ConfigField] ?? "", fields.Text(Draft.BodyField));
        return new JsonReply(JsonSerializer.SerializeToUtf8Bytes(new { faults }, JsonSerializerOptions.Web));
    }
}
