// W3C trace and span ids out of their hexadecimal text.
using System.Globalization;

namespace Scope.Attach.Translate;

/// <summary>Reads ids of 32 and 16 hexadecimal digits; anything else reads as 0, which is "none" for both.</summary>
static class HexIds
{
    public static UInt128 Trace(ReadOnlySpan<char> text) =>
        text.Length == 32 ? new UInt128(Span(text[..16]), Span(text[16..])) : default;

    public static ulong Span(ReadOnlySpan<char> text) =>
        text.Length == 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
