// Secrets that stand behind their name: password=…, "apiKey": "…", Authorization: …, Pwd=…; of a connection string, what
// stands between user and host of an address, and every value of an address's query.
using System.Buffers;

namespace Scope.Events.Redaction;

/// <summary>Finds values under secret keys.</summary>
static class Assignments
{
    static readonly SearchValues<char> Signs = SearchValues.Create("=:?");
    static readonly SearchValues<char> EndsOfValue = SearchValues.Create(" \t\r\n;&,|\"'`)]}<>");
    static readonly SearchValues<char> EndsOfAddress = SearchValues.Create(" \t\r\n\"'`<>/");
    static readonly SearchValues<char> EndsOfQueryValue = SearchValues.Create(" \t\r\n&#\"'`<>;,)");

    /// <summary>Adds what it finds.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretKeys keys, ref HiddenRanges hidden)
    {
        for (var at = 0; text[at..].IndexOfAny(Signs) is >= 0 and var next; at++)
        {
            at += next;
            if (text[at] == '?') FindQuery(text, at, ref hidden);
            else if (text[at..].StartsWith("://")) FindUserInfo(text, at + 3, ref hidden);
            else if (keys.Contains(KeyBefore(text, at))) FindValue(text, at, ref hidden);
        }
    }

    /// <summary>The key that ends at a sign: in quotes or bare, with blanks before the sign or none.</summary>
    static ReadOnlySpan<char> KeyBefore(ReadOnlySpan<char> text, int sign)
    {
        var to = sign;
        while (to > 0 && text[to - 1] == ' ') to--;
        while (to > 0 && text[to - 1] is '"' or '\'' or '\\' or ']') to--;
        var from = to;
        while (from > 0 && IsKey(text[from - 1])) from--;
        // "User Password=" of a connection string; the word before is part of the key, and no harm is done where it is not.
        return text[from..to];
    }

    static bool IsKey(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':';

    static void FindValue(ReadOnlySpan<char> text, int sign, ref HiddenRanges hidden)
    {
        var from = sign + 1;
        while (from < text.Length && text[from] is ' ' or '=' or '>' or '\\') from++;
        if (from >= text.Length) return;
        if (text[from] is '"' or '\'') hidden.Add(from + 1, EndOfQuoted(text, from));
        else hidden.Add(from, EndOfBare(text, from, isHeader: text[sign] == ':'));
    }

    // A doubled quote and one behind a backslash belong to the value; in JSON within JSON the closing quote has a backslash too.
    static int EndOfQuoted(ReadOnlySpan<char> text, int open)
    {
        var isEscaped = open > 0 && text[open - 1] == '\\';
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' && !isEscaped) at++;
            else if (text[at] != text[open]) continue;
            else if (at + 1 < text.Length && text[at + 1] == text[open] && !isEscaped) at++;
            else return isEscaped && text[at - 1] == '\\' ? at - 1 : at;
        }
        return text.Length;
    }

    // A header's value goes to the end of its line, a connection string's to its semicolon, another's to a blank.
    static int EndOfBare(ReadOnlySpan<char> text, int from, bool isHeader)
    {
        var rest = text[from..];
        var line = rest.IndexOfAny('\r', '\n') is >= 0 and var end ? rest[..end] : rest;
        if (isHeader) return from + (line.IndexOfAny('"', '}') is >= 0 and var quote ? quote : line.Length);
        if (line.IndexOf(';') is >= 0 and var semicolon && !line[..semicolon].Contains('=')) return from + semicolon;
        return from + (line.IndexOfAny(EndsOfValue) is >= 0 and var blank ? blank : line.Length);
    }

    // scheme://user:password@host: the user may stay, and a name without a password is no secret.
    static void FindUserInfo(ReadOnlySpan<char> text, int from, ref HiddenRanges hidden)
    {
        var rest = text[from..];
        var authority = rest.IndexOfAny(EndsOfAddress) is >= 0 and var end ? rest[..end] : rest;
        var (host, password) = (authority.LastIndexOf('@'), authority.IndexOf(':'));
        if (password >= 0 && password < host) hidden.Add(from + password + 1, from + host);
    }

    // ?name=value&name=value, right behind a path: the names stay.
    static void FindQuery(ReadOnlySpan<char> text, int at, ref HiddenRanges hidden)
    {
        for (at++; at < text.Length;)
        {
            var name = at;
            while (at < text.Length && (IsKey(text[at]) || text[at] is '%' or '[' or ']' or '$' or '+')) at++;
            if (at == name || at >= text.Length || text[at] != '=') return;
            var rest = text[++at..];
            var length = rest.IndexOfAny(EndsOfQueryValue) is >= 0 and var end ? end : rest.Length;
            hidden.Add(at, at + length);
            at += length;
            if (at >= text.Length || text[at] != '&') return;
            at++;
        }
    }
}
