// From a nettrace stream to Scope's events. An event's path: its metadata was looked up once in the table of handlers; the
// handler reads the payload with a cursor, fills a ScopeEvent and gives it to the sink, in the stream's order. A handler that
// fails, by a mistake of ours, costs that event; one that always fails costs its sort.
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates one stream of one target. Used by the thread that reads the stream.</summary>
public sealed class NettraceTranslator : INettraceSink
{
    const int LedgerMillis = 1000;

    readonly Translation _translation;
    readonly Mistakes _mistakes;
    readonly EventTable _table = new();
    readonly List<EventRow> _rows = [];
    readonly TaskEvents _tasks;
    readonly RequestFacts _requests;
    readonly string _session;
    LossSource _losing = LossSource.RuntimeBuffer;
    long _toldAt = Environment.TickCount64;

    /// <param name="target">The process.</param>
    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="ledger">The account of the recording.</param>
    /// <param name="sink">Where the events go.</param>
    /// <param name="symbols">The process's method map, shared by all of its streams.</param>
    /// <param name="clock">Live for a running process on this machine, else recorded.</param>
    /// <param name="session">The session's name in the ledger.</param>
    /// <param name="sampleWeight">How many times its own time a CPU sample stands for: more than once where samples are taken in bursts.</param>
    /// <param name="spansElsewhere">Whether the collector tells the spans, so that Hosting's requests are none of their own.</param>
    /// <param name="setAside">Keeps what a mistake of ours keeps from being translated; null where mistakes are to be thrown.</param>
    public NettraceTranslator(TargetId target, Catalog catalog, Ledger ledger, IEventSink sink, TargetSymbols symbols, StreamClock clock, string session, int sampleWeight = 1, bool spansElsewhere = false, Action<DeadLetter>? setAside = null)
    {
        _session = session;
        _translation = new(target, catalog, ledger, sink, symbols, clock);
        _mistakes = new(session, _translation, setAside);
        _requests = new(_translation) { Bridged = spansElsewhere };
        new GcEvents(_translation).Register(_table);
        new ExceptionEvents(_translation).Register(_table);
        new LockEvents(_translation).Register(_table);
        new PoolEvents(_translation).Register(_table);
        _tasks = new(_translation);
        _tasks.Register(_table);
        new CodeEvents(_translation).Register(_table);
        new SampleEvents(_translation, sampleWeight).Register(_table);
        new SpanEvents(_translation, _requests).Register(_table);
        new HostingEvents(_translation, _requests).Register(_table);
        new SqlEvents(_translation, _requests).Register(_table);
        new LogEvents(_translation).Register(_table);
        new MetricEvents(_translation).Register(_table);
        new CounterEvents(_translation).Register(_table);
        new OtherEvents(_translation).Register(_table);
    }

    /// <summary>How many events it has given to the sink.</summary>
    public long Emitted => _translation.Emitted;

    /// <summary>Why nothing good comes of it any more, so that the stream is to be begun anew with another; null while it is well.</summary>
    public string? GivenUp => _mistakes.GivenUp;

    /// <summary>Which handler translates what.</summary>
    internal EventTable Table => _table;

    /// <summary>How many requests have begun since activities last came: more than there are threads when another tool took our arguments. Any thread may ask.</summary>
    public int UnbridgedRequests => Volatile.Read(ref _requests.UnbridgedRequests);

    /// <summary>Reads a stream to its end. What is thrown in here, where mistakes are kept, is an end that is told as one of the stream.</summary>
    public NettraceOutcome Read(Stream stream, NettraceOptions options)
    {
        try
        {
            var outcome = NettraceReader.Read(stream, this, Surviving(options));
            End();
            return outcome;
        }
        catch (Exception bug) when (_mistakes.Survives(bug))
        {
            _mistakes.SetAside("its stream", bug);
            return NettraceOutcome.Failed(bug);
        }
    }

    /// <summary>The same options for a reader that survives its mistakes as this does.</summary>
    public NettraceOptions Surviving(NettraceOptions options) => _mistakes.AreSurvived ? options with { SetAside = SetAside } : options;

    /// <inheritdoc/>
    public void Begin(NettraceHeader header) => _translation.Begin(header);

    /// <inheritdoc/>
    public void Metadata(NettraceMetadata metadata)
    {
        var row = _table.RowOf(metadata);
        metadata.SinkTag = row;
        _rows.Add(row);
    }

    /// <inheritdoc/>
    public void Stack(int stackId, ReadOnlySpan<byte> addresses) => _translation.Stacks.Tell(stackId, addresses, _translation.PointerSize);

    /// <inheritdoc/>
    public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        var row = (EventRow)metadata.SinkTag!;
        row.Count++;
        if (row.Handler is not { } handler) return;
        var cursor = new PayloadCursor(payload, _translation.PointerSize);
        try
        {
            handler(row, in e, ref cursor);
        }
        catch (Exception bug) when (_mistakes.Survives(bug))
        {
            _mistakes.SetAside(_translation.TimeOf(e.Ticks), row.Kind, e, bug);
            if (row.CountFailed()) row.GiveTo(LeaveOut);
        }
    }

    /// <inheritdoc/>
    public void SequencePoint(long ticks)
    {
        _translation.Stacks.Forget();
        _losing = LossSource.RuntimeBuffer;
    }

    /// <inheritdoc/>
    public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) =>
        _translation.Ledger.Lost(_losing, _session, _translation.TimeOf(fromTicks), _translation.TimeOf(toTicks), count);

    /// <inheritdoc/>
    public void Advance(long noneBeforeTicks)
    {
        _translation.Advance(noneBeforeTicks);
        if (Environment.TickCount64 - _toldAt >= LedgerMillis) TellLedger();
    }

    /// <summary>The stream has ended: gives what the handlers still hold and tells the ledger the rest. To be called once, before the sink is completed.</summary>
    public void End()
    {
        _tasks.End();
        TellLedger();
    }

    // What is missing in the numbering up to the next sequence point was in a block that we failed at.
    void SetAside(Exception bug)
    {
        _losing = LossSource.Stage;
        _mistakes.SetAside("a block of its stream", bug);
    }

    void LeaveOut(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        row.Count--;
        _mistakes.CountLost(row.Kind, _translation.TimeOf(e.Ticks));
    }

    // Each second, so that the live view and a recording that is broken off have an account too.
    void TellLedger()
    {
        _toldAt = Environment.TickCount64;
        foreach (var row in _rows)
        {
            var from = $"{_session}: {row.Metadata.Provider}";
            var (count, torn) = row.TakeUntold();
            if (count == 0) continue;
            _translation.Ledger.Captured(from, count - torn);
            if (torn > 0)
                _translation.Ledger.Lost(LossSource.Stream, $"{_session}: {row.Kind}: payload shorter than its fields",
                    _translation.LastTime, _translation.LastTime, torn);
        }
    }
}
