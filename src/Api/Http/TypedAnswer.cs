using System.Text.Json;

namespace Presets.Api;

/// <summary>Sends what handlers return as typed results with the records' own spelling and with their length.</summary>
internal static class TypedAnswer
{
    /// <summary>Makes the group's handlers answer so.</summary>
    public static RouteGroupBuilder WithTypedAnswers(this RouteGroupBuilder routes)
    {
        routes.AddEndpointFilter(async (invocation, next) =>
        {
            var result = await next(invocation);
            if (result is not IValueHttpResult { Value: { } value }
                || result is not IStatusCodeHttpResult { StatusCode: { } status })
            {
                return result;
            }

            var json = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Instance);
            await JsonAnswer.Write(invocation.HttpContext, status, json);
            return Results.Empty;
        });
        return routes;
    }
}
