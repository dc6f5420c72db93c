// A place that moves through a text, and the first error that was met. Readers ask and advance; after an error they
// return what means "nothing", and whoever called them does too.
namespace Scope.Agent.Configuration.Toml;

/// <summary>A moving place in a text.</summary>
sealed class TomlCursor(string text)
{
    int _place;
    int _line = 1;
    int _lineStart;

    /// <summary>The first error, or null.</summary>
    public TomlError? Error { get; private set; }

    public bool AtEnd => _place >= text.Length;

    /// <summary>The character here; zero at the end, which is no character of TOML.</summary>
    public char Here => _place < text.Length ? text[_place] : '\0';

    public char Peek(int ahead) => _place + ahead < text.Length ? text[_place + ahead] : '\0';

    public TextPosition At => new(_line, _place - _lineStart + 1);

    public bool IsNext(string expected) => string.CompareOrdinal(text, _place, expected, 0, expected.Length) == 0;

    public void Skip(int characters) => _place += characters;

    public bool TrySkip(string expected)
    {
        if (!IsNext(expected)) return false;
        _place += expected.Length;
        return true;
    }

    /// <summary>Steps over a line break, if one is here: LF or CR LF.</summary>
    public bool TrySkipNewline()
    {
        if (!TrySkip("\n") && !TrySkip("\r\n")) return false;
        _line++;
        _lineStart = _place;
        return true;
    }

    public void SkipBlanks()
    {
        while (Here is ' ' or '\t') _place++;
    }

    /// <summary>Steps over blanks and a comment; false when the comment holds a control character.</summary>
    public bool SkipBlanksAndComment()
    {
        SkipBlanks();
        if (Here != '#') return true;
        while (!AtEnd && !IsNext("\n") && !IsNext("\r\n"))
        {
            if (IsControl(Here)) return Fail($"a comment may not hold the control character U+{(int)Here:X4}");
            _place++;
        }
        return true;
    }

    /// <summary>Steps over blanks, comments and line breaks.</summary>
    public bool SkipToContent()
    {
        do
        {
            if (!SkipBlanksAndComment()) return false;
        }
        while (TrySkipNewline());
        return true;
    }

    /// <summary>The characters from here on that pass, which are stepped over.</summary>
    public string TakeWhile(Func<char, bool> passes)
    {
        var start = _place;
        while (_place < text.Length && passes(text[_place])) _place++;
        return text[start.._place];
    }

    /// <summary>Notes an error here; always false.</summary>
    public bool Fail(string message) => Fail(At, message);

    /// <summary>Notes an error; the first one stays. Always false.</summary>
    public bool Fail(TextPosition at, string message)
    {
        Error ??= new(at, message);
        return false;
    }

    /// <summary>Notes an error; always null.</summary>
    public T? None<T>(TextPosition at, string message) where T : class
    {
        Fail(at, message);
        return null;
    }

    /// <summary>What is here, for error messages.</summary>
    public string Shown => AtEnd ? "the end of the file" : Here is '\n' or '\r' ? "the end of the line" : char.IsControl(Here) ? $"U+{(int)Here:X4}" : $"\"{Here}\"";

    public static bool IsControl(char c) => c is < ' ' and not '\t' or '\x7F';
}
