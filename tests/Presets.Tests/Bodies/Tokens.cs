using System.Text;
using System.Text.Json;

namespace Presets.Tests;

/// <summary>What a reader gives for some bytes.</summary>
/// <param name="Read">The tokens up to the end, or to the fault.</param>
/// <param name="Fault">Where the bytes are no JSON; null when they are.</param>
internal sealed record Tokens(List<Tokens.Token> Read, (long? Line, long? Byte)? Fault)
{
    internal record struct Token(JsonTokenType Type, long Start, long End, int Depth, bool Escaped, string Bytes);

    public override string ToString() => $"{Fault} {string.Join(' ', Read)}";

    internal static Tokens Ours(byte[] bytes)
    {
        var tokens = new List<Token>();
        var reader = new BodyReader(bytes);
        try
        {
            while (reader.Read())
            {
                var bytesOfToken = Encoding.Latin1.GetString(reader.ValueSpan);
                tokens.Add(new Token(
                    reader.TokenType, reader.TokenStartIndex, reader.BytesConsumed,
                    reader.Depth, reader.ValueIsEscaped, bytesOfToken));
            }
            return new Tokens(tokens, null);
        }
        catch (JsonException exception)
        {
            return new Tokens(tokens, (exception.LineNumber, exception.BytePositionInLine));
        }
    }

    internal static Tokens Theirs(byte[] bytes)
    {
        var tokens = new List<Token>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = BodyFilter.MaxDepth });
        try
        {
            while (reader.Read())
            {
                // It counts what starts only from the next token on.
                var starts = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
                var bytesOfToken = Encoding.Latin1.GetString(reader.ValueSpan);
                tokens.Add(new Token(
                    reader.TokenType, reader.TokenStartIndex, reader.BytesConsumed,
                    reader.CurrentDepth + (starts ? 1 : 0), reader.ValueIsEscaped, bytesOfToken));
            }
            return new Tokens(tokens, null);
        }
        catch (JsonException exception)
        {
            return new Tokens(tokens, (exception.LineNumber, exception.BytePositionInLine));
        }
    }
}
