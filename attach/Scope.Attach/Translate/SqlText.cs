// Makes statements that differ in their values only the same text: literals and parameters become ?, white space and
// comments one blank, lists of values one value. Or only the values go and all else stays as it was written. In one pass over
// the characters, without allocation.
namespace Scope.Attach.Translate;

/// <summary>Normalises SQL.</summary>
ref struct SqlText(ReadOnlySpan<char> sql, Span<char> into, bool keepsLayout)
{
    readonly ReadOnlySpan<char> _sql = sql;
    readonly Span<char> _into = into;
    int _at, _length;

    /// <summary>Writes the normal form of a statement and gives its length; what does not fit is cut.</summary>
    public static int Normalise(ReadOnlySpan<char> sql, Span<char> into) => new SqlText(sql, into, keepsLayout: false).Run();

    /// <summary>Writes a statement as it is but for its values, and gives its length: what may be kept of it.</summary>
    public static int WithoutValues(ReadOnlySpan<char> sql, Span<char> into) => new SqlText(sql, into, keepsLayout: true).Run();

    int Run()
    {
        while (_at < _sql.Length && _length < _into.Length)
        {
            var c = _sql[_at];
            if (char.IsWhiteSpace(c)) Blank(c);
            else if (c == '-' && Next == '-') Comment("\n");
            else if (c == '/' && Next == '*') Comment("*/");
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

    void Blank(char c)
    {
        _at++;
        if (keepsLayout) Put(c);
        else if (_length > 0 && _into[_length - 1] is not (' ' or '(')) Put(' ');
    }

    // A comment may hold the trace that the statement belongs to: it stays where the layout does.
    void Comment(ReadOnlySpan<char> end)
    {
        var found = _sql[(_at + 2)..].IndexOf(end);
        var to = found < 0 ? _sql.Length : _at + 2 + found + end.Length;
        if (keepsLayout) Copy(to);
        _at = to;
        if (!keepsLayout && found >= 0 && --_at < _sql.Length) Blank(' ');
    }

    void Copy(int to)
    {
        for (; _at < to; _at++) Put(_sql[_at]);
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

    // Some databases take double quotes for texts too, and brackets for arrays: what could not be a name is none.
    void Identifier(char end)
    {
        var found = _sql[(_at + 1)..].IndexOf(end);
        var to = found < 0 ? _sql.Length : _at + 1 + found + 1;
        if (IsName(_sql[(_at + 1)..Math.Max(_at + 1, to - 1)])) Copy(to);
        else if (end == ']') Symbol('[');
        else
        {
            _at = to;
            Value();
        }
    }

    static bool IsName(ReadOnlySpan<char> quoted)
    {
        foreach (var c in quoted)
            if (!IsWord(c) && c is not (' ' or '$' or '.' or '#' or '<' or '>')) return false;
        return true;
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
        var from = _at;
        for (_at++; _at < _sql.Length && (IsWord(_sql[_at]) || _sql[_at] == '@'); _at++) { }
        if (!keepsLayout) Value();
        else foreach (var c in _sql[from.._at]) Put(c);
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
        if (!keepsLayout && c is ',' or ')' && _length > 0 && _into[_length - 1] == ' ') _length--;
        Put(c);
        if (c == ')' && !keepsLayout) FoldRow();
    }

    // "?, ?" is "?".
    void Value()
    {
        var written = _into[.._length];
        if (keepsLayout) Put('?');
        else if (written.EndsWith("?, ") || written.EndsWith("?,")) _length = written.LastIndexOf('?') + 1;
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
