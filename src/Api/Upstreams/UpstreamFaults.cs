namespace Presets.Api;

/// <summary>What clients are told when an upstream fails.</summary>
internal static class UpstreamFaults
{
    /// <summary>It could not be reached, or broke off before it had answered.</summary>
    public static Refusal Failed(Exception? cause) => new(
        RefusalCode.UpstreamFailed, "The upstream could not be reached, or failed before it answered.", inner: cause);

    /// <summary>It did not answer in time.</summary>
    public static Refusal TimedOut() =>
        new(RefusalCode.UpstreamTimeout, "The upstream did not answer in time.");

    /// <summary>It refused this service's own key.</summary>
    public static Refusal Unauthorized() => new(
        RefusalCode.UpstreamUnauthorized, "The upstream refused the key that this service is configured with.");

    /// <summary>Its stream broke off.</summary>
    public static Refusal Broken() =>
        new(RefusalCode.UpstreamFailed, "The upstream broke off in the middle of its answer.");

    /// <summary>Its stream paused for too long.</summary>
    public static Refusal Late() =>
        new(RefusalCode.UpstreamTimeout, "The upstream paused for too long in the middle of its answer.");
}
