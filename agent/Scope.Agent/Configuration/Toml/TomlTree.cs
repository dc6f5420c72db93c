// What a TOML document holds: a tree of values, each with the place where it stands, so that whoever refuses one can say
// where.
namespace Scope.Agent.Configuration.Toml;

/// <summary>A place in a text, both numbers from 1.</summary>
public readonly record struct TextPosition(int Line, int Column);

/// <summary>A value and where it stands.</summary>
public abstract record TomlValue(TextPosition At)
{
    /// <summary>What it is called in error messages.</summary>
    public abstract string Sort { get; }
}

/// <summary>A string.</summary>
public sealed record TomlString(string Value, TextPosition At) : TomlValue(At)
{
    /// <inheritdoc/>
    public override string Sort => "a string";
}

/// <summary>A whole number.</summary>
public sealed record TomlInteger(long Value, TextPosition At) : TomlValue(At)
{
    /// <inheritdoc/>
    public override string Sort => "a whole number";
}

/// <summary>A number with a fraction, or infinity, or none at all.</summary>
public sealed record TomlFloat(double Value, TextPosition At) : TomlValue(At)
{
    /// <inheritdoc/>
    public override string Sort => "a number with a fraction";
}

/// <summary>True or false.</summary>
public sealed record TomlBoolean(bool Value, TextPosition At) : TomlValue(At)
{
    /// <inheritdoc/>
    public override string Sort => "true or false";
}

/// <summary>Which parts a date-time has.</summary>
public enum TomlTimeSort
{
    /// <summary>Date, time and offset from UTC.</summary>
    OffsetDateTime,
    /// <summary>Date and time of some place.</summary>
    LocalDateTime,
    /// <summary>A date of some place.</summary>
    LocalDate,
    /// <summary>A time of day.</summary>
    LocalTime,
}

/// <summary>A date, a time, or both: checked, and kept as written (with T and Z in upper case).</summary>
public sealed record TomlTime(TomlTimeSort TimeSort, string Text, TextPosition At) : TomlValue(At)
{
    /// <inheritdoc/>
    public override string Sort => "a date or time";
}

/// <summary>A list of values.</summary>
public sealed record TomlArray(TextPosition At) : TomlValue(At)
{
    /// <summary>Its values.</summary>
    public List<TomlValue> Items { get; } = [];

    /// <summary>Whether it is made of [[headers]], and so may grow.</summary>
    internal bool OfTables { get; init; }

    /// <inheritdoc/>
    public override string Sort => "a list";
}

/// <summary>Names and their values, in the order of the text.</summary>
public sealed record TomlTable(TextPosition At) : TomlValue(At)
{
    readonly Dictionary<string, TomlValue> _values = new(StringComparer.Ordinal);

    /// <summary>Its names with their values.</summary>
    public IEnumerable<KeyValuePair<string, TomlValue>> Values => _values;

    /// <summary>The value of a name, or null.</summary>
    public TomlValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string Sort => "a table";

    /// <summary>How it came to be, which decides what may still be added to it.</summary>
    internal TableOrigin Origin { get; set; }

    /// <summary>The [header] under which dotted keys made it.</summary>
    internal int Section { get; set; }

    internal bool TryAdd(string name, TomlValue value) => _values.TryAdd(name, value);
}

/// <summary>How a table came to be.</summary>
enum TableOrigin
{
    /// <summary>On the way to a deeper [header]; its own header may still come.</summary>
    Implicit,
    /// <summary>By its [header].</summary>
    Header,
    /// <summary>By dotted keys, which may go on under the same header only.</summary>
    Dotted,
    /// <summary>In braces: closed for good.</summary>
    Inline,
}

/// <summary>Why a text is no TOML.</summary>
/// <param name="At">Where.</param>
/// <param name="Message">What is wrong.</param>
public sealed record TomlError(TextPosition At, string Message);
