// The last step to the sink: finds what sort of event it is, and counts. Kept apart so that the sorted and the unsorted
// way end in the same few lines.
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class NettraceEmitter(INettraceSink sink)
{
    NettraceMetadata?[] _sorts = new NettraceMetadata?[256];
    long _lastTicks = long.MinValue;

    /// <summary>Events given.</summary>
    public long Events { get; private set; }

    /// <summary>Events given after one that was later (counted when sorting only).</summary>
    public long Late { get; private set; }

    /// <summary>Events whose sort was never told.</summary>
    public long Undescribed { get; private set; }

    /// <summary>The latest event given.</summary>
    public long LastTicks => _lastTicks;

    /// <summary>Takes in what the stream tells of a sort of events; false when its number is out of bounds.</summary>
    public bool TryDescribe(NettraceMetadata metadata)
    {
        if ((uint)metadata.MetadataId >= Limits.NettraceSorts) return false;
        if (metadata.MetadataId >= _sorts.Length)
            Array.Resize(ref _sorts, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)metadata.MetadataId + 1));
        sink.Metadata(metadata); // One that the sink fails at stays undescribed.
        _sorts[metadata.MetadataId] = metadata;
        return true;
    }

    /// <summary>Forgets all sorts: version 6 may number anew at a sequence point.</summary>
    public void ForgetSorts() => Array.Clear(_sorts);

    /// <summary>Gives an event to the sink.</summary>
    public void Emit(int metadataId, in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        if ((uint)metadataId >= (uint)_sorts.Length || _sorts[metadataId] is not { } metadata)
        {
            Undescribed++;
            return;
        }
        Events++;
        if (e.Ticks < _lastTicks) Late++; else _lastTicks = e.Ticks;
        sink.Event(metadata, in e, payload);
    }
}
