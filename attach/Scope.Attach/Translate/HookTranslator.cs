// From the records of shared rings to Scope's events, as NettraceTranslator does it for EventPipe: which handler takes which
// sort of records is a table, and what is lost or makes no sense is told to the ledger. A handler that fails, by a mistake of ours,
// costs that record.
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Attach.Translate;

/// <summary>Translates one sort of records.</summary>
delegate void HookHandler(int thread, in HookRecord record, ReadOnlySpan<byte> text);

/// <summary>Translates the rings of one region of one target. Used by the thread that reads them.</summary>
public sealed class HookTranslator
{
    readonly Translation _translation;
    readonly Mistakes _mistakes;
    readonly RegionReader _region;
    readonly string _source;
    readonly HookHandler?[] _handlers = new HookHandler?[64];
    readonly HookRecordHandler _take;
    readonly HookSpans _spans;
    long _records, _unknown, _recordsTold;
    HookLosses _told;

    /// <param name="target">The process.</param>
    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="ledger">The account of the recording.</param>
    /// <param name="sink">Where the events go.</param>
    /// <param name="symbols">The process's method map.</param>
    /// <param name="region">The rings.</param>
    /// <param name="names">Their names.</param>
    /// <param name="source">The source's name in the ledger.</param>
    /// <param name="setAside">Keeps what a mistake of ours keeps from being translated; null where mistakes are to be thrown.</param>
    public HookTranslator(TargetId target, Catalog catalog, Ledger ledger, IEventSink sink, TargetSymbols symbols, RegionReader region, NameReader names, string source, Action<DeadLetter>? setAside = null)
    {
        _translation = new(target, catalog, ledger, sink, symbols, StreamClock.OfMachine(catalog.Clock));
        _mistakes = new(source, _translation, setAside);
        (_region, _source, _take) = (region, source, Take);
        _told = HookLosses.Of(region, 0);
        _spans = new(_translation, names);
        _spans.Register(this);
    }

    /// <summary>Records taken so far.</summary>
    public long Records => _records;

    /// <summary>Why nothing good comes of it any more, so that another is to take its place; null while it is well.</summary>
    public string? GivenUp => _mistakes.GivenUp;

    /// <summary>Handles a sort of records.</summary>
    internal void Add(HookKind kind, HookHandler handler) => _handlers[(int)kind] = handler;

    /// <summary>Takes what is there, up to a moment; what is younger stays. Gives how many records.</summary>
    public int Read(long untilTicks)
    {
        try
        {
            var read = _region.Drain(_take, untilTicks);
            if (untilTicks != long.MaxValue) _translation.Advance(untilTicks);
            return read;
        }
        catch (Exception bug) when (_mistakes.Survives(bug))
        {
            PassOver(bug);
            return 0;
        }
    }

    /// <summary>Nothing more will come: from here on nobody tells what threads work for.</summary>
    public void End(EventTime now)
    {
        TellLedger(now);
        _spans.End();
    }

    /// <summary>Tells the ledger what was captured and lost since the last time.</summary>
    public void TellLedger(EventTime now)
    {
        var ledger = _translation.Ledger;
        ledger.Captured(_source, _records - _recordsTold);
        _recordsTold = _records;
        var losses = HookLosses.Of(_region, _unknown);
        var since = _translation.LastTime == EventTime.Min || _translation.LastTime > now ? now : _translation.LastTime;
        ledger.Lost(LossSource.SharedRing, $"{_source}: a thread's ring was full", since, now, losses.Full - _told.Full);
        ledger.Lost(LossSource.SharedRing, $"{_source}: no ring was free for a thread", since, now, losses.WithoutRing - _told.WithoutRing);
        ledger.Lost(LossSource.SharedRing, $"{_source}: errors inside the target", since, now, losses.Errors - _told.Errors);
        ledger.Lost(LossSource.Stream, $"{_source}: records that make no sense", since, now, losses.Corrupt - _told.Corrupt);
        _told = losses;
    }

    void Take(int thread, in HookRecord record, ReadOnlySpan<byte> text)
    {
        if ((uint)record.Kind >= (uint)_handlers.Length || _handlers[(int)record.Kind] is not { } handler)
        {
            _unknown++;
            return;
        }
        _records++;
        try
        {
            handler(thread, record, text);
        }
        catch (Exception bug) when (_mistakes.Survives(bug))
        {
            _records--;
            _mistakes.SetAside(_translation.TimeOf(record.Ticks), record.Kind.ToString(), record, bug);
        }
    }

    // What stands in the rings would be failed at again: it is lost to us, and not because a ring was full.
    void PassOver(Exception bug)
    {
        const string What = "what stood in its rings";
        var before = _region.Dropped;
        _region.Forget();
        _mistakes.CountLost(What, _translation.Catalog.Clock.Now, _region.Dropped - before);
        _told = _told with { Full = _told.Full + _region.Dropped - before };
        _mistakes.SetAside(What, bug);
    }

    readonly record struct HookLosses(long Full, long WithoutRing, long Errors, long Corrupt)
    {
        public static HookLosses Of(RegionReader region, long unknown) => new(region.Dropped, region.DroppedWithoutRing, region.Errors, region.Corrupt + unknown);
    }
}
