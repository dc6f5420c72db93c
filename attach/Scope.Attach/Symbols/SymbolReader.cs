// Reads a rundown: a stream that only tells modules and methods, from a side session that is stopped at once, or the end of
// a saved file on a first pass over it, so that the second knows every name from its first event.
using Scope.Attach.Nettrace;
using Scope.Attach.Translate;

namespace Scope.Attach.Symbols;

/// <summary>Takes what a stream says of modules and methods, and nothing else.</summary>
public sealed class SymbolReader : INettraceSink
{
    readonly EventTable _table = new();
    readonly TargetSymbols _symbols;
    int _pointerSize = 8;

    /// <param name="symbols">The method map to fill.</param>
    public SymbolReader(TargetSymbols symbols)
    {
        _symbols = symbols;
        new CodeSymbols(symbols).Register(_table);
    }

    /// <inheritdoc/>
    public void Begin(NettraceHeader header) => _pointerSize = header.PointerSize;

    /// <inheritdoc/>
    public void Metadata(NettraceMetadata metadata) => metadata.SinkTag = _table.RowOf(metadata);

    /// <inheritdoc/>
    public void Stack(int stackId, ReadOnlySpan<byte> addresses) { }

    /// <inheritdoc/>
    public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
    {
        var row = (EventRow)metadata.SinkTag!;
        if (row.Handler is not { } handler) return;
        var cursor = new PayloadCursor(payload, _pointerSize);
        handler(row, in e, ref cursor);
    }

    /// <inheritdoc/>
    public void SequencePoint(long ticks) { }

    /// <inheritdoc/>
    public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) { }

    /// <inheritdoc/>
    public void Advance(long noneBeforeTicks) { }

    /// <summary>The rundown has been read to its end.</summary>
    public void End() => _symbols.Complete();
}
