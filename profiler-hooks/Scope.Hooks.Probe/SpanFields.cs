// What a span has beside its ids, written behind its record. Nothing of the application is called: a value is written when it
// is a text or one of the framework's own types, and told by the name of its type otherwise.
using System.Diagnostics;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Writes the fields of spans.</summary>
internal static unsafe class SpanFields
{
    const int ValueChars = 64; // No number or time of the framework is longer.

    /// <summary>Status, tags, links and events of an activity.</summary>
    public static void Write(Activity activity, NameCache names, ref HookTextWriter writer)
    {
        if (!ReferenceEquals(activity.DisplayName, activity.OperationName))
            writer.Add(HookField.DisplayName, 0, activity.DisplayName);
        writer.Add(HookField.StatusDescription, 0, activity.StatusDescription);
        int left = HookLimits.MaxFields;
        foreach (ref readonly var tag in activity.EnumerateTagObjects())
        {
            if (--left < 0)
                return;
            Tag(tag.Key, tag.Value, names, ref writer);
        }
        Span<byte> ids = stackalloc byte[24];
        foreach (ref readonly var link in activity.EnumerateLinks())
        {
            if (--left < 0)
                return;
            link.Context.TraceId.CopyTo(ids[..16]);
            link.Context.SpanId.CopyTo(ids[16..]);
            writer.AddBytes(HookField.Link, 0, ids);
        }
        foreach (ref readonly var happened in activity.EnumerateEvents())
        {
            if (--left < 0)
                return;
            long since = happened.Timestamp.UtcTicks - activity.StartTimeUtc.Ticks;
            writer.AddBytes(HookField.Event, names.IdOf(happened.Name), new ReadOnlySpan<byte>(&since, sizeof(long)));
        }
    }

    static void Tag(string key, object? value, NameCache names, ref HookTextWriter writer)
    {
        if (value is null || string.IsNullOrEmpty(key))
            return;
        uint name = names.IdOf(key);
        if (name == 0)
            writer.Add(HookField.TagKey, 0, key);
        switch (value)
        {
            case string text:
                writer.Add(HookField.Tag, name, text);
                break;
            case bool flag:
                writer.Add(HookField.Tag, name, flag ? "True" : "False");
                break;
            case ISpanFormattable framework when value is Enum || value.GetType().Assembly == typeof(object).Assembly:
                Span<char> chars = stackalloc char[ValueChars];
                writer.Add(HookField.Tag, name, framework.TryFormat(chars, out int length, default, System.Globalization.CultureInfo.InvariantCulture) ? chars[..length] : value.GetType().Name);
                break;
            default:
                writer.Add(HookField.Tag, name, value.GetType().Name);
                break;
        }
    }
}
