using System.Reflection;
using Xunit.Sdk;

namespace Presets.Testing;

/// <summary>The two databases that every suite of the store and of the API runs on.</summary>
public enum Engine
{
    Sqlite,
    Postgres,

    /// <summary>Several nodes on one Postgres, for the suites that start nodes.</summary>
    Cluster,
}

/// <summary>Runs a theory with <see cref="Engine.Sqlite"/>, and the further values given.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SqliteAttribute(params object?[] more) : DataAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => [[Engine.Sqlite, .. more]];
}

/// <summary>
/// Runs a theory with <see cref="Engine.Postgres"/>, and the further values given; skipped where there is none, but
/// under CI it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class PostgresAttribute : DataAttribute
{
    private readonly object?[] more;

    public PostgresAttribute(params object?[] more)
    {
        this.more = more;
        Skip = PostgresFactAttribute.SkipReason;
    }

    /// <inheritdoc/>
    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => [[Engine.Postgres, .. more]];
}

/// <summary>
/// Runs a theory with <see cref="Engine.Cluster"/>, where <see cref="PostgresAttribute"/> would run it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClusterAttribute : DataAttribute
{
    private readonly object?[] more;

    public ClusterAttribute(params object?[] more)
    {
        this.more = more;
        Skip = PostgresFactAttribute.SkipReason;
    }

    /// <inheritdoc/>
    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => [[Engine.Cluster, .. more]];
}

/// <summary>A fact of Postgres alone; skipped where there is none, but under CI it fails.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = SkipReason;

    internal static string? SkipReason =>
        Environment.GetEnvironmentVariable("CI") == "true" ? null : PostgresServer.Missing;
}
