// One reading of one stream: what its parts share, and how it ends.
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class StreamDecoder
{
    /// <summary>Blocks of the runtime are some 100 KB; one that is nearly full is likely followed by another of the same batch.</summary>
    const int FullBlockBytes = 64 * 1024, FullBlockPatience = 4;

    readonly NettraceOptions _options;
    int _lastBlockBytes;
    bool _completed;
    string? _fault;
    long _faultOffset;

    public StreamDecoder(Stream stream, INettraceSink sink, NettraceOptions options)
    {
        (Sink, _options) = (sink, options);
        Window = new(stream);
        Emitter = new(sink);
        Sorter = new(Window, Emitter);
        Sequences = new(sink);
        Window.FirstNeeded = Sorter.FirstNeeded;
        Events = new(this, options.Sorted);
    }

    public INettraceSink Sink { get; }
    public StreamWindow Window { get; }
    public NettraceEmitter Emitter { get; }
    public EventSorter Sorter { get; }
    public SequenceAccount Sequences { get; }
    public EventBlocks Events { get; }
    public StackBlocks Stacks => new(Sink);
    public ThreadTable Threads { get; } = new();
    public LabelTable Labels { get; } = new();
    public NettraceHeader? Header { get; private set; }

    public void Run()
    {
        if (!Window.Fill(12))
        {
            Break(0, "it is shorter than the shortest nettrace stream");
            return;
        }
        if (Window.Ahead.StartsWith("Nettrace"u8) && Window.Ahead[8..12].SequenceEqual("\0\0\0\0"u8)) new BlockFraming(this).Run();
        else new ObjectFraming(this).Run();
        Sorter.EmitAll();
        if (Emitter.Events > 0) Sink.Advance(Emitter.LastTicks);
    }

    public NettraceOutcome Outcome()
    {
        var (end, reason, offset) =
            _fault is not null ? (NettraceEnd.Broken, _fault, _faultOffset)
            : _completed ? (NettraceEnd.Completed, "", Window.Offset)
            : (NettraceEnd.EndedEarly, Window.Failure ?? "the stream stops in the middle", Window.BytesRead);
        return new(end, reason, offset, Window.BytesRead, Emitter.Events, Sequences.Lost, Emitter.Late, Emitter.Undescribed);
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        Sorter.Release();
        Window.Release();
    }

    /// <summary>The stream said that it is over.</summary>
    public void Complete() => _completed = true;

    /// <summary>Notes the first thing that cannot be; gives false, so that it ends what called it.</summary>
    public bool Break(long offset, string what)
    {
        if (_fault is null) (_fault, _faultOffset) = (what, offset);
        return false;
    }

    /// <summary>The trace's own description has been read.</summary>
    public bool Begin(NettraceHeader? header, long offset)
    {
        if (header is null) return Break(offset, "the description of the trace cannot be: its date, clock or pointer size is impossible");
        Header = header;
        Sequences.Begin(header.StartTicks);
        Sequences.NumbersAreUnique = header.FormatVersion >= 6;
        Sink.Begin(header);
        return true;
    }

    /// <summary>Takes in what the stream tells of a sort of events.</summary>
    public bool Describe(NettraceMetadata? metadata, long offset)
    {
        if (metadata is null) return Break(offset, "the description of a sort of events is cut");
        return Emitter.TryDescribe(metadata)
            || Break(offset, $"a sort of events has the number {metadata.MetadataId}, and at most {Limits.NettraceSorts} are believed");
    }

    /// <summary>Waits for the first bytes of what comes next; false at the end. A live stream that says nothing meanwhile gives what waits.</summary>
    public bool AwaitNext(int bytes)
    {
        if (Window.Available == 0 && _options.WaitForData is { } wait && Sorter.Pending > 0)
        {
            var patienceMillis = _lastBlockBytes >= FullBlockBytes ? _options.IdleMillis * FullBlockPatience : _options.IdleMillis;
            if (!wait(patienceMillis)) GiveAll();
        }
        if (_options.GivenUp?.Invoke() is { } why) return Break(Window.Offset, why);
        return Window.Fill(bytes);
    }

    /// <summary>Decodes a block that is at hand; false when reading ends. A mistake of ours costs that block: the next one stands by itself.</summary>
    public bool Decode(Func<bool> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception bug) when (_options.SetAside is not null && bug is not OutOfMemoryException)
        {
            Sorter.Mend();
            _options.SetAside(bug);
            return true;
        }
    }

    /// <summary>Reads a whole block into the window, or says why not.</summary>
    public bool Await(int blockBytes, string what)
    {
        if ((uint)blockBytes > Limits.NettraceBlockBytes)
            return Break(Window.Offset, $"{what} says that it has {blockBytes} bytes, and at most {Limits.NettraceBlockBytes} are believed");
        if (Window.Available - blockBytes < 0 && Window.BytesRead - Sorter.FirstNeeded() > Limits.NettraceHeldBytes) Sorter.EmitAll();
        _lastBlockBytes = blockBytes;
        return Window.Fill(blockBytes);
    }

    /// <summary>A sequence point: all before it goes out, and stacks are numbered anew.</summary>
    public void SequencePoint(long ticks)
    {
        Sorter.EmitAll();
        Sequences.RegionEnds(ticks);
        Sink.SequencePoint(ticks);
        Sink.Advance(ticks);
    }

    void GiveAll()
    {
        Sorter.EmitAll();
        Sink.Advance(Emitter.LastTicks);
    }
}
