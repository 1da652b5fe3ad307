using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Presets.Architecture.Tests;

/// <summary>Rules of the code that no analyzer knows.</summary>
public sealed class CodeTests
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // A library does not need the context of its caller. "await using" is left out, which CA2007 would not allow: a
    // second line for each would hide more than it gains.
    [Fact]
    public void Presets_and_Storage_leave_the_context_of_their_caller_at_every_await()
    {
        var others =
            from path in Repository.CodeOf("src/Presets").Concat(Repository.CodeOf("src/Storage"))
            from node in CSharpSyntaxTree.ParseText(Repository.Read(path)).GetRoot().DescendantNodes()
            where node is AwaitExpressionSyntax { Expression: var awaited }
                && !awaited.ToString().Contains(".ConfigureAwait(", StringComparison.Ordinal)
            select $"{path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {node}";

        Violations.AssertNone("awaits keep their context", others);
    }

    // A grain must keep its own context, and the rest has none to leave.
    [Fact]
    public void Only_Presets_and_Storage_leave_the_context_of_their_caller()
    {
        var others = Repository.Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Except(
            [.. Repository.CodeOf("src/Presets"), .. Repository.CodeOf("src/Storage"), ThisFile]);

        Violations.AssertNone("lines leave their context", Repository.LinesWith("ConfigureAwait(false)", others));
    }

    // The analyzer of banned symbols cannot tell the composition root from the rest.
    [Fact]
    public void Only_the_composition_root_and_commands_take_the_clock_of_the_system()
    {
        // A setting's rule opens no database: it only asks whether one could be named so.
        string[] roots =
        [
            "src/Api/Commands/", "src/Api/Node/PresetsApi.cs", "src/Api/Node/SettingRules.cs", "src/Silo/Program.cs",
        ];
        var others = Repository.CodeOf("src")
            .Where(path => !roots.Any(root => path.StartsWith(root, StringComparison.Ordinal)));

        Violations.AssertNone("lines take TimeProvider.System", Repository.LinesWith("TimeProvider.System", others));
    }

    [Fact]
    public void A_logging_method_is_a_private_method_of_an_instance_and_named_Log()
    {
        var others =
            from project in Project.In("src")
            from type in project.Load().GetTypes()
            from method in type.GetMethods(Declared)
            where method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "LoggerMessageAttribute")
            where !method.IsPrivate || method.IsStatic || !method.Name.StartsWith("Log", StringComparison.Ordinal)
            select $"{type.FullName}.{method.Name}";

        Violations.AssertNone("logging methods are public, static or not named Log...", others);
    }

    private static string ThisFile => "tests/Architecture.Tests/CodeTests.cs";
}
