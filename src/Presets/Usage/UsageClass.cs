namespace Presets;

/// <summary>How an inference request ended: the class of the status that its client was sent.</summary>
public enum UsageClass
{
    /// <summary>2xx.</summary>
    Success,

    /// <summary>3xx.</summary>
    Redirect,

    /// <summary>4xx.</summary>
    ClientError,

    /// <summary>5xx, or a stream that broke.</summary>
    ServerError,

    /// <summary>The client left before the answer ended.</summary>
    Cancelled,
}
