using System.Text.Json;

namespace Presets;

// Numbers: RFC 8259, section 6.
internal ref partial struct BodyReader
{
    private void ReadNumber(int start)
    {
        var at = _body[start] == '-' ? start + 1 : start;
        // A number that starts with 0 has no other digit before the point.
        if (ByteAt(at) == '0')
            at++;
        else
            at = SkipDigits(at);
        if (ByteAt(at) == '.')
            at = SkipDigits(at + 1);
        if (ByteAt(at) is (byte)'e' or (byte)'E')
        {
            at++;
            at = SkipDigits(ByteAt(at) is (byte)'+' or (byte)'-' ? at + 1 : at);
        }
        if (!EndsNumber(at))
            Fail();
        Accept(start, at - start, JsonTokenType.Number);
    }

    // A number cannot be the last of an open list or object. A slash is refused as the token it begins, a comment: the refusal of Utf8JsonReader.
    private readonly bool EndsNumber(int at) => at == _body.Length
        ? Depth == 0
        : _body[at] is (byte)',' or (byte)'}' or (byte)']' or (byte)'/' || IsSpace(_body[at]);

    // At least one digit.
    private readonly int SkipDigits(int at)
    {
        var start = at;
        while (char.IsAsciiDigit((char)ByteAt(at)))
            at++;
        if (at == start)
            Fail();
        return at;
    }

    // Nothing that a number may hold is 0, so it can stand for the end.
    private readonly byte ByteAt(int at) => (uint)at < (uint)_body.Length ? _body[at] : (byte)0;
}
