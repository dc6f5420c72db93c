// Consecutive events of one recording, put together until there are enough for a batch.
using System.Runtime.InteropServices;
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Events that wait to become a batch.</summary>
/// <param name="packing">How it is kept.</param>
sealed class EventBatch(IBatchPacking packing)
{
    readonly List<ScopeEvent> _events = [];
    int _recording;
    EventId _first;

    /// <summary>How many there are.</summary>
    public int Count => _events.Count;

    /// <summary>Begins a batch with its first event.</summary>
    public void Begin(int recording, in StoredEvent stored)
    {
        _events.Clear();
        (_recording, _first) = (recording, stored.Id);
        _events.Add(stored.Event);
    }

    /// <summary>Adds an event; false when the batch is full or the event does not follow, and another is to be begun.</summary>
    public bool TryAdd(int recording, in StoredEvent stored)
    {
        if (_events.Count == packing.MostEvents || recording != _recording || stored.Id.Value != _first.Value + _events.Count) return false;
        _events.Add(stored.Event);
        return true;
    }

    /// <summary>Copies the batch as a row.</summary>
    public Task CopyAsync(NpgsqlBinaryImporter rows, CancellationToken cancellation) =>
        BatchRow.Of(_first, CollectionsMarshal.AsSpan(_events), packing).CopyAsync(rows, _recording, cancellation);
}
