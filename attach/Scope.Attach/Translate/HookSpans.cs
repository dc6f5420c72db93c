// Activities as the collector tells them: the same events as SpanEvents makes of the bridge's, so that what comes after does
// not know the difference. And which span each thread works for, which only the collector can tell.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Attach.Translate;

/// <summary>Translates records of spans.</summary>
sealed class HookSpans(Translation t, NameReader names)
{
    const int ErrorStatus = 2;
    const int KindSlots = 1 << 8;

    // As the bridge writes them, by their number.
    static readonly string[] Kinds = ["Internal", "Server", "Client", "Producer", "Consumer", "", "", ""];

    // What is told in a field of its own and means what an argument of the bridge's means.
    static readonly SpanField[] Arguments = ArgumentsByField();

    readonly NameId _source = t.Names.Intern("source"), _status = t.Names.Intern("status"), _link = t.Names.Intern("link"), _event = t.Names.Intern("event");
    readonly (string Source, string Activity, int W3C, EventKind Kind)[] _kinds = new (string, string, int, EventKind)[KindSlots];
    readonly FieldKeys _keys = new(t.Names, t.Catalog.Redactor);
    readonly SpanTexts _texts = new(t);
    readonly RequestFacts _facts = new(t);
    readonly char[] _chars = new char[2 * HookLimits.MaxTextBytes];
    readonly char[] _route = new char[HookLimits.MaxNameBytes];
    int _charsUsed;
    bool _tellsThreads;

    public void Register(HookTranslator table)
    {
        table.Add(HookKind.SpanStart, (int thread, in HookRecord record, ReadOnlySpan<byte> text) => Span(thread, record, text, isStop: false));
        table.Add(HookKind.SpanStop, (int thread, in HookRecord record, ReadOnlySpan<byte> text) => Span(thread, record, text, isStop: true));
        table.Add(HookKind.ThreadSpan, ThreadWorksFor);
    }

    void Span(int thread, in HookRecord record, ReadOnlySpan<byte> text, bool isStop)
    {
        if (record.Span == 0) return;
        var made = new ScopeEvent { Time = t.TimeOf(record.Ticks), Target = t.Target, Thread = t.ThreadOf(thread) };
        var arguments = new SpanArguments(MemoryMarshal.AsBytes(_chars.AsSpan()), _keys);
        var writer = t.NewPayload();
        string source = names[record.Source], activity = names[record.Name];
        _charsUsed = 0;
        Read(text, ref source, ref activity, ref arguments, ref writer, ref made);
        if (source.Length > 0) writer.Add(_source, source);
        var end = KindOf(record, source, activity, !arguments[SpanField.Sql].IsEmpty);
        made.Kind = isStop ? end : end - 1;
        Identify(record, ref made);
        if ((record.Flags >> 3 & 3) == ErrorStatus) made.Flags |= EventFlags.Error;
        if ((record.Flags & HookRecord.IsCut) != 0) CountCut(ref made);
        if (isStop) made.Value = Math.Clamp(record.Value, 0, long.MaxValue / 100) * 100;
        Describe(end, activity, arguments, ref writer, ref made);
        t.Keep(writer, ref made);
        t.Emit(made);
    }

    // The texts of a name's number are one string each time: what they say is worked out once, not for each span.
    EventKind KindOf(in HookRecord record, string source, string activity, bool hasSql)
    {
        var w3c = record.Flags & 7;
        if (hasSql) return SpanKinds.Of(source, activity, Kinds[w3c], hasSql);
        ref var known = ref _kinds[record.Name * 31 + record.Source & KindSlots - 1];
        if (!ReferenceEquals(known.Activity, activity) || !ReferenceEquals(known.Source, source) || known.W3C != w3c)
            known = (source, activity, w3c, SpanKinds.Of(source, activity, Kinds[w3c], hasSql));
        return known.Kind;
    }

    void Describe(EventKind end, string activity, in SpanArguments arguments, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (end == EventKind.Request) DescribeRequest(activity, arguments, ref made);
        else if (end == EventKind.ClientCall) _texts.DescribeCall(arguments, ref made);
        else if (end == EventKind.Sql) _texts.DescribeSql(arguments, ref writer, ref made);
        if (made.Name.IsNone && end != EventKind.Request)
            made.Name = t.Texts.Intern(arguments[SpanField.DisplayName] is { IsEmpty: false } display ? display : activity);
    }

    void DescribeRequest(string activity, in SpanArguments arguments, ref ScopeEvent made)
    {
        ReadOnlySpan<char> route = arguments[SpanField.Route], path = arguments[SpanField.Path], display = arguments[SpanField.DisplayName];
        if (!route.IsEmpty) made.Name = _facts.NameOf(arguments[SpanField.Method], _route.AsSpan(0, path.IsEmpty ? RoutePattern.Write(route, route, _route) : RoutePattern.Write(route, path, _route)));
        else if (!path.IsEmpty) made.Name = _facts.NameOf(arguments[SpanField.Method], path);
        else if (!display.IsEmpty && !display.SequenceEqual(activity)) made.Name = t.Texts.Intern(display);
        made.Detail = SpanTexts.StatusOf(arguments[SpanField.StatusCode]);
        if (made.Detail >= SpanTexts.FailedStatus) made.Flags |= EventFlags.Error;
    }

    // Ids are in the order of the network.
    void Identify(in HookRecord record, ref ScopeEvent made)
    {
        var trace = new UInt128(BinaryPrimitives.ReverseEndianness(record.TraceHigh), BinaryPrimitives.ReverseEndianness(record.TraceLow));
        (made.Span, made.Flow) = t.W3C.Of(trace, BinaryPrimitives.ReverseEndianness(record.Span));
        if (record.Parent != 0) made.Parent = t.W3C.Of(trace, BinaryPrimitives.ReverseEndianness(record.Parent)).Span;
    }

    void Read(ReadOnlySpan<byte> text, ref string source, ref string activity, ref SpanArguments arguments, ref PayloadWriter writer, ref ScopeEvent made)
    {
        var key = "";
        for (var fields = new HookTextReader(text); fields.Next();)
            switch (fields.Sort)
            {
                case HookField.Tag:
                    arguments.Take(fields.Name != 0 ? names[fields.Name] : key, Chars(fields.Value), ref writer, isTag: true);
                    break;
                case HookField.TagKey: key = Text(fields.Value); break;
                case HookField.Name: activity = Text(fields.Value); break;
                case HookField.Source: source = Text(fields.Value); break;
                case HookField.StatusDescription: writer.Add(_status, Chars(fields.Value)); break;
                case HookField.StatusCode: arguments.Put(SpanField.StatusCode, Chars(fields.Name)); break;
                case HookField.Activity when fields.Value.Length == 16: made.Related = RelatedId.Of(t.ActivityOf(new Guid(fields.Value))); break;
                case HookField.Link when fields.Value.Length == 24: writer.Add(_link, LinkText(fields.Value)); break;
                case HookField.Event when fields.Value.Length == sizeof(long): writer.Add(_event, EventText(names[fields.Name], BinaryPrimitives.ReadInt64LittleEndian(fields.Value))); break;
                case var sort when (int)sort < Arguments.Length && Arguments[(int)sort] != SpanField.Other: arguments.Put(Arguments[(int)sort], NameOrChars(fields.Name, fields.Value)); break;
            }
    }

    /// <summary>Nobody tells any more what threads work for.</summary>
    public void End()
    {
        if (_tellsThreads) t.Emit(new ScopeEvent { Time = t.LastTime, Kind = EventKind.ActivitySet, Target = t.Target });
    }

    void ThreadWorksFor(int thread, in HookRecord record, ReadOnlySpan<byte> text)
    {
        _tellsThreads = true;
        var made = new ScopeEvent { Time = t.TimeOf(record.Ticks), Kind = EventKind.ActivitySet, Target = t.Target, Thread = t.ThreadOf(thread) };
        if (record.Span != 0) Identify(record with { Parent = 0 }, ref made);
        t.Emit(made);
    }

    void CountCut(ref ScopeEvent made)
    {
        made.Flags |= EventFlags.PayloadCut;
        t.Ledger.Lost(LossSource.Payload, "cut to its limit", made.Time, made.Time, 1);
    }

    // Into the one buffer that this span's arguments point into. UTF-16 never has more characters than UTF-8 has bytes.
    ReadOnlySpan<char> Chars(scoped ReadOnlySpan<byte> utf8)
    {
        var into = _chars.AsSpan(_charsUsed);
        Utf8.ToUtf16(utf8, into, out _, out var length, replaceInvalidSequences: true);
        return Used(into, length);
    }

    ReadOnlySpan<char> Chars(uint number)
    {
        var into = _chars.AsSpan(_charsUsed);
        return number.TryFormat(into, out var length) ? Used(into, length) : default;
    }

    ReadOnlySpan<char> NameOrChars(uint id, scoped ReadOnlySpan<byte> utf8)
    {
        if (id == 0) return Chars(utf8);
        var into = _chars.AsSpan(_charsUsed);
        var name = names[id].AsSpan();
        return name.TryCopyTo(into) ? Used(into, name.Length) : default;
    }

    ReadOnlySpan<char> Used(Span<char> into, int length)
    {
        _charsUsed += length;
        return into[..length];
    }

    string Text(ReadOnlySpan<byte> utf8) => Chars(utf8).ToString();

    static SpanField[] ArgumentsByField()
    {
        var fields = new SpanField[16];
        (fields[(int)HookField.DisplayName], fields[(int)HookField.Method]) = (SpanField.DisplayName, SpanField.Method);
        (fields[(int)HookField.Path], fields[(int)HookField.Route]) = (SpanField.Path, SpanField.Route);
        return fields;
    }

    static string LinkText(ReadOnlySpan<byte> ids) => $"{Convert.ToHexStringLower(ids[..16])}-{Convert.ToHexStringLower(ids[16..])}";

    static string EventText(string name, long ticks) => $"{name} {ticks / (double)TimeSpan.TicksPerMillisecond:+0.0##;-0.0##} ms";
}
