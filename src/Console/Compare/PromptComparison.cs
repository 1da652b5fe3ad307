using System.Text;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Presets.Console;

/// <summary>Two system prompts side by side, line by line, with the words that differ.</summary>
/// <param name="Differs">Whether they differ.</param>
/// <param name="Lines">The lines of both, when they are short enough to be compared by words.</param>
/// <param name="Unified">The unified diff, when they are not.</param>
public sealed record PromptComparison(bool Differs, IReadOnlyList<PromptLine> Lines, string? Unified)
{
    // Comparing by words takes a time that grows with the words times the differences.
    private const int MostCharacters = 40_000;

    private static readonly SideBySideDiffBuilder Builder = new(new Differ());

    /// <summary>Compares two prompts.</summary>
    public static PromptComparison Of(string from, string to)
    {
        if (from == to)
            return new(Differs: false, [], null);
        if (from.Length + to.Length > MostCharacters)
            return new(
                Differs: true, [], PromptDiff.Compare(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to)));
        var model = Builder.BuildDiffModel(from, to, ignoreWhitespace: false);
        return new(
            Differs: true,
            [.. model.OldText.Lines.Zip(model.NewText.Lines, (left, right) => new PromptLine(Of(left), Of(right)))],
            null);
    }

    private static IReadOnlyList<PromptWord>? Of(DiffPiece line) => line.Type switch
    {
        ChangeType.Imaginary => null,
        ChangeType.Modified when line.SubPieces.Count > 0 =>
        [
            .. line.SubPieces.Where(word => word.Text is not null)
                .Select(word => new PromptWord(word.Text, word.Type != ChangeType.Unchanged)),
        ],
        _ => [new PromptWord(line.Text ?? "", line.Type != ChangeType.Unchanged)],
    };
}

/// <summary>A line of the old prompt, and the one of the new prompt beside it; null where there is none.</summary>
public sealed record PromptLine(IReadOnlyList<PromptWord>? From, IReadOnlyList<PromptWord>? To)
{
    /// <summary>Whether the two differ.</summary>
    public bool Differs => From is null || To is null || From.Concat(To).Any(word => word.Differs);
}

/// <summary>A part of a line.</summary>
/// <param name="Differs">Whether the other line does not have it there.</param>
public sealed record PromptWord(string Text, bool Differs);
