// Makes statements that differ in their values only the same text: literals and parameters become ?, white space and
// comments one blank, lists of values one value. In one pass over the characters, without allocation.
namespace Scope.Attach.Translate;

/// <summary>Normalises SQL.</summary>
ref struct SqlText(ReadOnlySpan<char> sql, Span<char> into)
{
    readonly ReadOnlySpan<char> _sql = sql;
    readonly Span<char> _into = into;
    int _at, _length;

    /// <summary>Writes the normal form of a statement and gives its length; what does not fit is cut.</summary>
    public static int Normalise(ReadOnlySpan<char> sql, Span<char> into) => new SqlText(sql, into).Run();

    int Run()
    {
        while (_at < _sql.Length && _length < _into.Length)
        {
            var c = _sql[_at];
            if (char.IsWhiteSpace(c)) Blank();
            else if (c == '-' && Next == '-') SkipTo("\n");
            else if (c == '/' && Next == '*') SkipTo("*/");
            else if (c == '\'') Literal();
            else if (c is '"' or '`' or '[') Identifier(c == '[' ? ']' : c);
            else if (c == '$' && TryDollarQuote()) { }
            else if (c is '$' or '@' && IsWord(Next) || c == ':' && IsWord(Next) && Previous != ':') Parameter();
            else if (char.IsAsciiDigit(c)) Number();
            else if (IsWord(c)) Word();
            else Symbol(c);
        }
        while (_length > 0 && _into[_length - 1] is ' ' or ';') _length--;
        return _length;
    }

    readonly char Next => _at + 1 < _sql.Length ? _sql[_at + 1] : '\0';

    readonly char Previous => _at > 0 ? _sql[_at - 1] : '\0';

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    void Put(char c)
    {
        if (_length < _into.Length) _into[_length++] = c;
    }

    void Blank()
    {
        _at++;
        if (_length > 0 && _into[_length - 1] is not (' ' or '(')) Put(' ');
    }

    void SkipTo(ReadOnlySpan<char> end)
    {
        var found = _sql[(_at + 2)..].IndexOf(end);
        _at = found < 0 ? _sql.Length : _at + 2 + found + end.Length - 1;
        if (_at < _sql.Length) Blank();
    }

    // 'it''s' is one literal; so is E'a\'b' in Postgres, whose prefix letter was written as a word and is taken back.
    void Literal()
    {
        var escapes = _length > 0 && _into[_length - 1] is 'E' or 'e' or 'N' or 'n' or 'X' or 'x' or 'B' or 'b' && (_length < 2 || !IsWord(_into[_length - 2]));
        if (escapes) _length--;
        for (_at++; _at < _sql.Length; _at++)
        {
            if (_sql[_at] == '\\' && escapes) _at++;
            else if (_sql[_at] == '\'' && Next == '\'') _at++;
            else if (_sql[_at] == '\'') break;
        }
        _at++;
        Value();
    }

    void Identifier(char end)
    {
        var from = _at;
        var found = _sql[(_at + 1)..].IndexOf(end);
        _at = found < 0 ? _sql.Length : _at + 1 + found + 1;
        foreach (var c in _sql[from.._at]) Put(c);
    }

    bool TryDollarQuote()
    {
        var tagEnd = _sql[(_at + 1)..].IndexOf('$');
        if (tagEnd < 0 || char.IsAsciiDigit(Next)) return false;
        var tag = _sql.Slice(_at, tagEnd + 2);
        foreach (var c in tag[1..^1]) if (!IsWord(c)) return false;
        var close = _sql[(_at + tag.Length)..].IndexOf(tag);
        if (close < 0) return false;
        _at += tag.Length + close + tag.Length;
        Value();
        return true;
    }

    void Parameter()
    {
        for (_at++; _at < _sql.Length && (IsWord(_sql[_at]) || _sql[_at] == '@'); _at++) { }
        Value();
    }

    void Number()
    {
        for (; _at < _sql.Length && (IsWord(_sql[_at]) || _sql[_at] == '.'); _at++) { }
        Value();
    }

    void Word()
    {
        for (; _at < _sql.Length && (IsWord(_sql[_at]) || _sql[_at] == '$'); _at++) Put(_sql[_at]);
    }

    void Symbol(char c)
    {
        _at++;
        if (c is ',' or ')' && _length > 0 && _into[_length - 1] == ' ') _length--;
        Put(c);
        if (c == ')') FoldRow();
    }

    // "?, ?" is "?".
    void Value()
    {
        var written = _into[.._length];
        if (written.EndsWith("?, ") || written.EndsWith("?,")) _length = written.LastIndexOf('?') + 1;
        else Put('?');
    }

    // "(?), (?)" is "(?)".
    void FoldRow()
    {
        var written = _into[.._length];
        if (written.EndsWith("(?), (?)")) _length -= 5;
        else if (written.EndsWith("(?),(?)")) _length -= 4;
    }
}
