using System.Text;
using System.Text.Json;

namespace Presets.Tests;

/// <summary>What a reader gives for some bytes.</summary>
/// <param name="Read">The tokens up to the end, or to the fault.</param>
/// <param name="Fault">Where the bytes are no JSON; null when they are.</param>
internal sealed record Tokens(List<Tokens.Token> Read, (long? Line, long? Byte)? Fault)
{
    internal record struct Token(JsonTokenType Type, long Start, long End, int Depth, bool Escaped, string Bytes);

    internal static Tokens Ours(byte[] bytes)
    {
        var tokens = new List<Token>();
        var reader = new BodyReader(bytes);
        try
        {
            while (reader.Read())
            {
                tokens.Add(new Token(
                    reader.TokenType, reader.TokenStartIndex, reader.BytesConsumed, reader.Depth, reader.ValueIsEscaped, Encoding.Latin1.GetString(reader.ValueSpan)));
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
                var depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
                tokens.Add(new Token(
                    reader.TokenType, reader.TokenStartIndex, reader.BytesConsumed, depth, reader.ValueIsEscaped, Encoding.Latin1.GetString(reader.ValueSpan)));
            }
            return new Tokens(tokens, null);
        }
        catch (JsonException exception)
        {
            return new Tokens(tokens, (exception.LineNumber, exception.BytePositionInLine));
        }
    }
}
