// Secrets that are known by how they look, wherever they stand: keys and tokens whose issuers give them a beginning of
// their own, so that they are found in a text; what comes after "Bearer" and "Basic"; private keys.
using System.Buffers;

namespace Scope.Events.Redaction;

/// <summary>Finds tokens by their shape.</summary>
static class TokenShapes
{
    /// <summary>The shortest text that can hold one.</summary>
    public const int Shortest = 12;

    /// <summary>How a kind of token begins, and how many characters it has at least.</summary>
    static readonly (string Begins, int Least)[] Shapes =
    [
        ("eyJ", 20), // A JSON web token: {" in base 64.
        ("AKIA", 20), ("ASIA", 20), // Amazon's access keys.
        ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20), ("glpat-", 20),
        ("xoxb-", 15), ("xoxp-", 15), ("xoxa-", 15), ("xoxs-", 15), ("xapp-", 15),
        ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("pk_live_", 16), ("whsec_", 16), ("sk-", 24),
        ("AIza", 30), ("ya29.", 20), ("SG.", 30), ("npm_", 20), ("nuget_", 20), ("pypi-", 20), ("dop_v1_", 20), ("hvs.", 20),
    ];

    const string Bearer = "Bearer ", Basic = "Basic ", PrivateKey = "-----BEGIN ", End = "-----";

    static readonly SearchValues<string> Beginnings = SearchValues.Create([.. Shapes.Select(s => s.Begins)], StringComparison.Ordinal);
    static readonly SearchValues<string> Phrases = SearchValues.Create([Bearer, Basic, PrivateKey], StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds what it finds.</summary>
    public static void Find(ReadOnlySpan<char> text, ref HiddenRanges hidden)
    {
        for (var at = 0; at < text.Length && text[at..].IndexOfAny(Beginnings) is >= 0 and var next; at++)
        {
            at += next;
            if (at > 0 && IsWord(text[at - 1])) continue;
            var length = TokenAt(text[at..]);
            if (length >= LeastOf(text[at..])) hidden.Add(at, at + length);
        }
        for (var at = 0; at < text.Length && text[at..].IndexOfAny(Phrases) is >= 0 and var next; at++)
        {
            at += next;
            if (text[at..].StartsWith(PrivateKey)) FindPrivateKey(text, at, ref hidden);
            else FindScheme(text, at + (text[at] is 'B' or 'b' && text[at + 1] is 'e' or 'E' ? Bearer : Basic).Length, ref hidden);
        }
    }

    static int LeastOf(ReadOnlySpan<char> text)
    {
        foreach (var (begins, least) in Shapes)
            if (text.StartsWith(begins)) return least;
        return int.MaxValue;
    }

    // "Bearer authentication failed" is a sentence: a token has a digit or a sign in it.
    static void FindScheme(ReadOnlySpan<char> text, int from, ref HiddenRanges hidden)
    {
        var token = text[from..][..TokenAt(text[from..])];
        if (token.Length >= 6 && token.IndexOfAnyExcept(Letters) >= 0) hidden.Add(from, from + token.Length);
    }

    static void FindPrivateKey(ReadOnlySpan<char> text, int from, ref HiddenRanges hidden)
    {
        var begin = text[from..].IndexOfAny('\r', '\n') is >= 0 and var line ? from + line : text.Length;
        if (text[from..begin].IndexOf("PRIVATE KEY") < 0) return;
        var end = text[begin..].IndexOf(End);
        hidden.Add(from, end < 0 ? text.Length : begin + end);
    }

    static int TokenAt(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(TokenCharacters) is >= 0 and var end ? end : text.Length;

    static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    const string AllLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static readonly SearchValues<char> Letters = SearchValues.Create(AllLetters);
    static readonly SearchValues<char> TokenCharacters = SearchValues.Create(AllLetters + "0123456789-_.~+/=");
}
