// What a nettrace stream says, told to a sink as it is decoded: no objects for events, payloads as spans that are good
// during the call only. Two real ones: the translator into Scope's events, and what tests and benchmarks compare with.
namespace Scope.Attach.Nettrace;

/// <summary>Told once, before all else: the clock of the stream and where it comes from.</summary>
/// <param name="FormatVersion">The version of the nettrace format, 3 to 6.</param>
/// <param name="StartUtc">The wall clock when the stream began.</param>
/// <param name="StartTicks">The stream's own clock at that moment.</param>
/// <param name="TicksPerSecond">The frequency of the stream's own clock.</param>
/// <param name="PointerSize">Bytes of a pointer in the target, 4 or 8.</param>
/// <param name="ProcessId">The process, 0 when the file does not say.</param>
/// <param name="ProcessorCount">Its processors, 0 when the file does not say.</param>
public sealed record NettraceHeader(int FormatVersion, DateTime StartUtc, long StartTicks, long TicksPerSecond, int PointerSize, int ProcessId, int ProcessorCount);

/// <summary>What the stream tells once of a sort of events.</summary>
public sealed record NettraceMetadata(int MetadataId, string Provider, int EventId, string EventName, int Version, int Level, long Keywords, byte Opcode, IReadOnlyList<NettraceField> Fields)
{
    /// <summary>A sink's own note on this sort of events: its handler, say. Set by the sink, never by the reader.</summary>
    public object? SinkTag { get; set; }
}

/// <summary>A field of a payload: name, type code (as System.TypeCode, 17 Guid, 19 array, 1 object) and, for arrays and objects, what is inside.</summary>
public sealed record NettraceField(string Name, int TypeCode, int ElementTypeCode, IReadOnlyList<NettraceField> Inner);

/// <summary>What stands before each event's payload.</summary>
public struct NettraceEvent
{
    /// <summary>When, on the stream's own clock.</summary>
    public long Ticks;
    /// <summary>The OS thread that raised it.</summary>
    public long ThreadId;
    /// <summary>The OS thread that wrote it (another one for samples and rundown).</summary>
    public long CaptureThreadId;
    /// <summary>The number of its stack as told by <see cref="INettraceSink.Stack"/> since the last sequence point; 0 for none.</summary>
    public int StackId;
    /// <summary>Its place among the events of its capture thread.</summary>
    public uint Sequence;
    /// <summary>The processor, -1 when unknown.</summary>
    public int Processor;
    /// <summary>The process, in streams that hold several (version 6); 0 for the header's.</summary>
    public int ProcessId;
    /// <summary>The activity it happened in; empty without TPL's flow.</summary>
    public Guid ActivityId;
    /// <summary>The activity that started it.</summary>
    public Guid RelatedActivityId;
}

/// <summary>Is told a stream's content in order.</summary>
public interface INettraceSink
{
    /// <summary>The stream begins.</summary>
    void Begin(NettraceHeader header);

    /// <summary>A sort of events is told, before the first of them.</summary>
    void Metadata(NettraceMetadata metadata);

    /// <summary>A stack is told, before the first event that has it: return addresses, top first, each of the header's pointer size.</summary>
    void Stack(int stackId, ReadOnlySpan<byte> addresses);

    /// <summary>An event. In sorted mode they come in the order of their ticks.</summary>
    void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload);

    /// <summary>Stack ids told so far are void from here on; all events before it have been given.</summary>
    void SequencePoint(long ticks);

    /// <summary>The target dropped events of a capture thread.</summary>
    void Lost(long captureThreadId, long fromTicks, long toTicks, long count);

    /// <summary>All that has been read so far has been given; no event before these ticks will come (sorted mode).</summary>
    void Advance(long noneBeforeTicks);
}
