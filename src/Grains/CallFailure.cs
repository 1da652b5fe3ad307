namespace Presets.Grains;

/// <summary>Which exceptions say that a call between silos failed, and not what was called.</summary>
internal static class CallFailure
{
    /// <summary>
    /// The silo did not answer, could not be reached, or one of the two is stopping, which cancels calls and disposes
    /// what they need. Anything else is unexpected, and is logged.
    /// </summary>
    public static bool Includes(Exception failure) =>
        failure is TimeoutException
            or OrleansException
            or InvalidOperationException
            or OperationCanceledException;
}
