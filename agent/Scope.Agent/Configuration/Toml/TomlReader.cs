// A strict reader of TOML 1.0. It stands here because no TOML package restores on the machines that build Scope; the day
// one does, this folder gives way to it behind Read. It is tested against the whole published conformance corpus.
//
// In steps: the text is cut into lines of three sorts: [header], [[header]] and key = value. A header walks from the
// root, making tables on its way; a key walks from the table of the last header. What was closed may not be opened
// again: each table knows how it came to be (TableOrigin), and the three walks below are all of the rules.
using System.Text;
using Scope.Events;

namespace Scope.Agent.Configuration.Toml;

/// <summary>Reads TOML.</summary>
public sealed class TomlReader
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly TomlCursor _cursor;
    readonly TomlTable _root = new(new TextPosition(1, 1)) { Origin = TableOrigin.Header };
    TomlTable _current;
    int _section;
    int _inlineSections;

    TomlReader(string text)
    {
        _cursor = new(text);
        _current = _root;
    }

    /// <summary>Reads a document; null with the error when it is none.</summary>
    public static TomlTable? Read(ReadOnlySpan<byte> utf8, out TomlError? error)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            return Read(StrictUtf8.GetString(utf8), out error);
        }
        catch (DecoderFallbackException e)
        {
            var before = utf8[..Math.Max(0, e.Index)];
            error = new(new(before.Count((byte)'\n') + 1, e.Index - before.LastIndexOf((byte)'\n')), "this byte is not UTF-8");
            return null;
        }
    }

    /// <summary>Reads a document; null with the error when it is none.</summary>
    public static TomlTable? Read(string text, out TomlError? error)
    {
        var reader = new TomlReader(text);
        var read = reader.ReadLines();
        error = reader._cursor.Error;
        return read ? reader._root : null;
    }

    bool ReadLines()
    {
        while (_cursor.SkipToContent() && !_cursor.AtEnd)
        {
            var read = _cursor.TrySkip("[[") ? ReadHeader("]]") : _cursor.TrySkip("[") ? ReadHeader("]") : ReadPair(_current, _section);
            if (!read || !_cursor.SkipBlanksAndComment()) return false;
            if (!_cursor.AtEnd && !_cursor.TrySkipNewline()) return _cursor.Fail($"the line should end here, but {_cursor.Shown} follows");
        }
        return _cursor.Error is null;
    }

    bool ReadHeader(string closing)
    {
        var at = _cursor.At;
        if (ReadKey() is not { } path) return false;
        if (!_cursor.TrySkip(closing)) return _cursor.Fail($"this header should end with {closing}, but {_cursor.Shown} follows");
        if (WalkHeader(path, at) is not { } parent) return false;
        _section++;
        return closing == "]]" ? OpenArrayTable(parent, path[^1], at) : OpenTable(parent, path[^1], at);
    }

    // From the root through all names but the last. Of an array of tables it is the last table that is meant.
    TomlTable? WalkHeader(List<string> path, TextPosition at)
    {
        var table = _root;
        foreach (var name in path.SkipLast(1))
        {
            var next = table.Find(name);
            if (next is null) table.TryAdd(name, next = new TomlTable(at));
            if (next is TomlArray { OfTables: true } array) next = array.Items[^1];
            if (next is not TomlTable { Origin: not TableOrigin.Inline } open) return _cursor.None<TomlTable>(at, $"\"{name}\" is {next.Sort} already, and nothing can be added to it");
            table = open;
        }
        return table;
    }

    bool OpenTable(TomlTable parent, string name, TextPosition at)
    {
        switch (parent.Find(name))
        {
            case null:
                parent.TryAdd(name, _current = new TomlTable(at) { Origin = TableOrigin.Header });
                return true;
            case TomlTable { Origin: TableOrigin.Implicit } implied:
                implied.Origin = TableOrigin.Header;
                _current = implied;
                return true;
            case var other:
                return _cursor.Fail(at, $"\"{name}\" stands here a second time; the first is in line {other.At.Line}");
        }
    }

    bool OpenArrayTable(TomlTable parent, string name, TextPosition at)
    {
        var existing = parent.Find(name);
        if (existing is null) parent.TryAdd(name, existing = new TomlArray(at) { OfTables = true });
        if (existing is not TomlArray { OfTables: true } array) return _cursor.Fail(at, $"\"{name}\" is {existing.Sort} already, made in line {existing.At.Line}");
        array.Items.Add(_current = new TomlTable(at) { Origin = TableOrigin.Header });
        return true;
    }

    bool ReadPair(TomlTable table, int section, int depth = 0)
    {
        var at = _cursor.At;
        if (ReadKey() is not { } path) return false;
        if (!_cursor.TrySkip("=")) return _cursor.Fail($"\"=\" should follow the key, not {_cursor.Shown}");
        if (WalkDotted(table, path, section, at) is not { } parent) return false;
        _cursor.SkipBlanks();
        if (ReadValue(depth) is not { } value) return false;
        return parent.TryAdd(path[^1], value) || _cursor.Fail(at, $"\"{path[^1]}\" stands here a second time; the first is in line {parent.Find(path[^1])!.At.Line}");
    }

    // From a table through all names but the last, by tables that only dotted keys of this very section have made.
    TomlTable? WalkDotted(TomlTable table, List<string> path, int section, TextPosition at)
    {
        foreach (var name in path.SkipLast(1))
        {
            var next = table.Find(name);
            if (next is null) table.TryAdd(name, next = new TomlTable(at) { Origin = TableOrigin.Dotted, Section = section });
            if (next is TomlTable { Origin: TableOrigin.Implicit } implied) (implied.Origin, implied.Section) = (TableOrigin.Dotted, section);
            if (next is not TomlTable { Origin: TableOrigin.Dotted } open || open.Section != section)
                return _cursor.None<TomlTable>(at, $"\"{name}\" was made in line {next.At.Line}, and a dotted key cannot add to it");
            table = open;
        }
        return table;
    }

    // Names with dots between them, and blanks around: bare ones of letters, digits, _ and -, or strings.
    List<string>? ReadKey()
    {
        var path = new List<string>();
        do
        {
            _cursor.SkipBlanks();
            var at = _cursor.At;
            var name = _cursor.Here is '"' or '\'' ? TomlStrings.Read(_cursor, multilineAllowed: false) : _cursor.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
            if (_cursor.Error is not null) return null;
            if (name is { Length: 0 } && at == _cursor.At) return _cursor.None<List<string>>(at, $"a key was expected, not {_cursor.Shown}");
            path.Add(name!);
            if (path.Count > Limits.TomlDepth) return _cursor.None<List<string>>(at, $"a key of more than {Limits.TomlDepth} parts");
            _cursor.SkipBlanks();
        }
        while (_cursor.TrySkip("."));
        return path;
    }

    TomlValue? ReadValue(int depth)
    {
        var at = _cursor.At;
        if (depth > Limits.TomlDepth) return _cursor.None<TomlValue>(at, $"values within values, more than {Limits.TomlDepth} deep");
        return _cursor.Here switch
        {
            '"' or '\'' => TomlStrings.Read(_cursor, multilineAllowed: true) is { } text ? new TomlString(text, at) : null,
            '[' => ReadArray(depth),
            '{' => ReadInlineTable(depth),
            't' or 'f' => ReadBoolean(),
            _ => TomlNumbers.Read(_cursor),
        };
    }

    TomlBoolean? ReadBoolean()
    {
        var at = _cursor.At;
        var word = _cursor.TakeWhile(char.IsAsciiLetterOrDigit);
        return word is "true" or "false" ? new(word == "true", at) : _cursor.None<TomlBoolean>(at, $"\"{word}\" is no value; strings need quotes");
    }

    TomlArray? ReadArray(int depth)
    {
        var array = new TomlArray(_cursor.At);
        _cursor.Skip(1);
        while (true)
        {
            if (!_cursor.SkipToContent()) return null;
            if (_cursor.TrySkip("]")) return array;
            if (ReadValue(depth + 1) is not { } item) return null;
            array.Items.Add(item);
            if (!_cursor.SkipToContent()) return null;
            if (_cursor.TrySkip("]")) return array;
            if (!_cursor.TrySkip(",")) return _cursor.None<TomlArray>(_cursor.At, $"\",\" or \"]\" should follow in this list, not {_cursor.Shown}");
        }
    }

    // On one line, with no comma before the brace; it has sections of its own, so that its dotted keys see only themselves.
    TomlTable? ReadInlineTable(int depth)
    {
        var table = new TomlTable(_cursor.At) { Origin = TableOrigin.Inline };
        var section = ++_inlineSections;
        _cursor.Skip(1);
        _cursor.SkipBlanks();
        if (_cursor.TrySkip("}")) return table;
        while (true)
        {
            _cursor.SkipBlanks();
            if (!ReadPair(table, -section, depth + 1)) return null;
            _cursor.SkipBlanks();
            if (_cursor.TrySkip("}")) return Closed(table);
            if (!_cursor.TrySkip(",")) return _cursor.None<TomlTable>(_cursor.At, $"\",\" or \"}}\" should follow in this table, not {_cursor.Shown}");
        }
    }

    static TomlTable Closed(TomlTable table)
    {
        table.Origin = TableOrigin.Inline;
        foreach (var (_, value) in table.Values)
            if (value is TomlTable inner) Closed(inner);
        return table;
    }
}
