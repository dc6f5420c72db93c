// Notices, on the way to the real sink, what a file holds: which sorts of events, and whether with stacks and activities.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Import;

sealed class TraceContents(INettraceSink inner) : INettraceSink
{
    readonly HashSet<(string Provider, int EventId)> _sorts = [];
    bool[] _seen = new bool[256]; // By the sort's number, so that an event that is like one before costs one look.

    public NettraceHeader? Header { get; private set; }
    public bool HasStacks { get; private set; }
    public bool HasActivities { get; private set; }
    public HashSet<int> Processes { get; } = [];

    /// <summary>Whether there was an event of a provider with one of these ids (any, when none is given).</summary>
    public bool Holds(string provider, params ReadOnlySpan<int> ids)
    {
        foreach (var id in ids) if (_sorts.Contains((provider, id))) return true;
        return ids.IsEmpty && _sorts.Any(s => s.Provider == provider);
    }

    public void Begin(NettraceHeader header)
    {
        Header = header;
        inner.Begin(header);
    }

    public void Metadata(NettraceMetadata metadata)
    {
        if (metadata.MetadataId >= _seen.Length) Array.Resize(ref _seen, Math.Max(_seen.Length * 2, metadata.MetadataId + 1));
        _seen[metadata.MetadataId] = false;
        inner.Metadata(metadata);
    }

    public void Stack(int stackId, ReadOnlySpan<byte> addresses)
    {
        HasStacks |= addresses.Length > 0;
        inner.Stack(stackId, addresses);
    }

    public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        if (!_seen[metadata.MetadataId]) Note(metadata);
        HasActivities |= e.ActivityId != default;
        if (e.ProcessId != 0 && Processes.Count < Limits.ImportProcesses) Processes.Add(e.ProcessId);
        inner.Event(metadata, in e, payload);
    }

    void Note(NettraceMetadata metadata)
    {
        _seen[metadata.MetadataId] = true;
        _sorts.Add((metadata.Provider, metadata.EventId));
    }

    public void SequencePoint(long ticks) => inner.SequencePoint(ticks);

    public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) => inner.Lost(captureThreadId, fromTicks, toTicks, count);

    public void Advance(long noneBeforeTicks) => inner.Advance(noneBeforeTicks);
}
