// What all handlers of one stream share: the clock, the caches that turn the stream's identities into handles without
// asking the shared dictionaries each time, the payload buffer, and the way out.
using System.Runtime.CompilerServices;
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>One stream's translation. Used by the thread that reads the stream, and by no other.</summary>
sealed class Translation(TargetId target, Catalog catalog, Ledger ledger, IEventSink sink, TargetSymbols symbols, StreamClock clock)
{
    const int ThreadCache = 1 << 10;
    const int ActivityCache = 1 << 13;

    readonly (long OsId, ThreadId Id)[] _threads = new (long, ThreadId)[ThreadCache];
    readonly (Guid Activity, SpanId Id)[] _activities = new (Guid, SpanId)[ActivityCache];
    readonly byte[] _payload = new byte[Limits.PayloadBytes];
    readonly char[] _statement = new char[Limits.PayloadBytes];
    int _activitiesFrom;

    public TargetId Target => target;
    public Catalog Catalog => catalog;
    public Names Names => catalog.Names;
    public TextCache Texts { get; } = new(catalog.Names, catalog.Redactor);
    public SpanIds W3C { get; } = new(catalog);
    public Ledger Ledger => ledger;
    public TargetSymbols Symbols => symbols;
    public StackTranslation Stacks { get; } = new(symbols, catalog);
    public int PointerSize { get; private set; } = 8;

    /// <summary>How many events went out.</summary>
    public long Emitted { get; private set; }

    /// <summary>The instant of the event that went out last.</summary>
    public EventTime LastTime { get; private set; } = EventTime.Min;

    public void Begin(NettraceHeader header)
    {
        clock.Begin(header);
        PointerSize = header.PointerSize;
    }

    public EventTime TimeOf(long ticks) => clock.At(ticks);

    /// <summary>An event with what every event has: time, target, thread, stack and the runtime's activity.</summary>
    public ScopeEvent New(EventKind kind, in NettraceEvent e)
    {
        var made = new ScopeEvent { Time = clock.At(e.Ticks), Kind = kind, Target = target, Thread = ThreadOf(e.ThreadId) };
        if (e.ActivityId != default)
        {
            made.Span = ActivityOf(e.ActivityId);
            made.Flags = EventFlags.SpanUnresolved;
        }
        if (e.StackId != 0) Stacks.Apply(e.StackId, ref made);
        return made;
    }

    /// <summary>Sends an event out unless its payload was torn.</summary>
    public void Emit(EventRow row, in ScopeEvent e, ref PayloadCursor payload)
    {
        if (!row.CountTorn(payload.IsTorn)) Emit(e);
    }

    /// <summary>Sends an event out.</summary>
    public void Emit(in ScopeEvent e)
    {
        sink.Append(e);
        Emitted++;
        LastTime = e.Time;
    }

    public void Advance(long ticks) => sink.Advance(clock.At(ticks));

    /// <summary>A writer into the one payload buffer; finish it with <see cref="Keep"/> before the next is begun.</summary>
    public PayloadWriter NewPayload() => new(_payload, catalog.Redactor);

    /// <summary>A statement as it may be kept: without its values; valid until the next.</summary>
    public ReadOnlySpan<char> Statement(ReadOnlySpan<char> sql) => _statement.AsSpan(0, SqlText.WithoutValues(sql, _statement));

    /// <summary>Keeps a written payload as the event's.</summary>
    public void Keep(in PayloadWriter writer, ref ScopeEvent e)
    {
        e.Payload = catalog.Payloads.Add(writer.Written);
        if (!writer.IsCut) return;
        e.Flags |= EventFlags.PayloadCut;
        ledger.Lost(LossSource.Payload, "cut to its limit", e.Time, e.Time, 1);
    }

    /// <summary>The handle of an OS thread.</summary>
    public ThreadId ThreadOf(long osId)
    {
        ref var cached = ref _threads[osId & (ThreadCache - 1)];
        if (cached.OsId == osId && !cached.Id.IsNone) return cached.Id;
        cached = (osId, catalog.Threads.Intern(target, osId));
        return cached.Id;
    }

    /// <summary>The handle of a runtime activity.</summary>
    public SpanId ActivityOf(in Guid activity)
    {
        ref var cached = ref _activities[SlotOf(activity)];
        if (cached.Activity == activity && !cached.Id.IsNone) return cached.Id;
        // Spans forgets identities after two generations; a cache that outlived them would give two handles to one activity.
        if (catalog.Spans.LastId - _activitiesFrom > Limits.SpanGeneration / 2)
        {
            Array.Clear(_activities);
            _activitiesFrom = catalog.Spans.LastId;
        }
        cached = (activity, catalog.Spans.Intern(SpanKey.OfActivity(activity)));
        return cached.Id;
    }

    static int SlotOf(in Guid activity)
    {
        var bits = Unsafe.BitCast<Guid, UInt128>(activity);
        return (int)(((ulong)bits ^ (ulong)(bits >> 64)) * 0x9E3779B97F4A7C15 >> 51);
    }
}
