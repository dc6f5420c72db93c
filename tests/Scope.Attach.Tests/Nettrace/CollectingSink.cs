// Keeps all that a stream says, and checks what the contract promises while it is told.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

sealed class CollectingSink : INettraceSink
{
    readonly Dictionary<int, string> _stacks = [];
    long _noneBefore = long.MinValue;

    public NettraceHeader? Header { get; private set; }
    public List<NettraceMetadata> Sorts { get; } = [];
    public List<Seen> Events { get; } = [];
    public List<NettraceEvent> Headers { get; } = [];
    public List<(long Thread, long From, long To, long Count)> Losses { get; } = [];
    public int SequencePoints { get; private set; }
    public int StacksTold { get; private set; }
    public List<long> Advances { get; } = [];
    public int BrokenPromises { get; private set; }

    public void Begin(NettraceHeader header) => Header = header;

    public void Metadata(NettraceMetadata metadata) => Sorts.Add(metadata);

    public void Stack(int stackId, ReadOnlySpan<byte> addresses)
    {
        _stacks[stackId] = Convert.ToHexString(addresses);
        StacksTold++;
    }

    public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        if (e.Ticks < _noneBefore) BrokenPromises++;
        Headers.Add(e);
        Events.Add(new(e.Ticks, metadata.Provider, metadata.EventId, e.ThreadId, e.ActivityId, e.RelatedActivityId,
            Convert.ToHexString(payload), _stacks.GetValueOrDefault(e.StackId, "")));
    }

    public void SequencePoint(long ticks)
    {
        SequencePoints++;
        _stacks.Clear();
    }

    public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) => Losses.Add((captureThreadId, fromTicks, toTicks, count));

    public void Advance(long noneBeforeTicks)
    {
        Advances.Add(noneBeforeTicks);
        _noneBefore = Math.Max(_noneBefore, noneBeforeTicks);
    }
}
