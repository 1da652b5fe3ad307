using System.Text.Json;

namespace Presets;

internal static class JsonEquality
{
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
            return true;
        var a = new Utf8JsonReader(left);
        var b = new Utf8JsonReader(right);
        while (true)
        {
            var more = a.Read();
            if (more != b.Read())
                return false;
            if (!more)
                return true;
            if (a.TokenType != b.TokenType)
                return false;
            var same = a.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? a.GetString() == b.GetString()
                : a.ValueSpan.SequenceEqual(b.ValueSpan);
            if (!same)
                return false;
        }
    }
}
