// What spans are called by what their tags say, whichever way the tags came.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Names calls and commands.</summary>
sealed class SpanTexts(Translation t)
{
    /// <summary>From this status on a request or call has failed.</summary>
    public const ushort FailedStatus = 500;

    readonly NameId _sql = t.Names.Intern("sql");
    readonly char[] _normalised = new char[Limits.NameChars];

    /// <summary>A call of another service: method and host, status.</summary>
    public void DescribeCall(in SpanArguments arguments, ref ScopeEvent made)
    {
        made.Detail = StatusOf(arguments[SpanField.StatusCode]);
        if (made.Detail >= FailedStatus) made.Flags |= EventFlags.Error;
        var host = arguments[SpanField.Host];
        if (host.IsEmpty) host = HostOf(arguments[SpanField.Url]);
        if (host.IsEmpty) return;
        Span<char> text = stackalloc char[300];
        made.Name = text.TryWrite($"{arguments[SpanField.Method]} {host}", out var length) ? t.Texts.Intern(text[..length].Trim()) : t.Texts.Intern(host);
    }

    /// <summary>A command: its text without values, and the text itself. False when none was told.</summary>
    public bool DescribeSql(in SpanArguments arguments, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (arguments[SpanField.Sql] is not { IsEmpty: false } sql) return false;
        made.Name = t.Names.Intern(_normalised.AsSpan(0, SqlText.Normalise(sql, _normalised)));
        writer.Add(_sql, t.Statement(sql));
        return true;
    }

    /// <summary>A status out of its text; 0 when it is none.</summary>
    public static ushort StatusOf(ReadOnlySpan<char> text) => ushort.TryParse(text, out var status) ? status : (ushort)0;

    static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> url)
    {
        var at = url.IndexOf("://");
        if (at < 0) return default;
        url = url[(at + 3)..];
        var end = url.IndexOfAny("/?#");
        return end < 0 ? url : url[..end];
    }
}
