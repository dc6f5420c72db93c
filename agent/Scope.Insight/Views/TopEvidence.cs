// The most telling events of a group: the heaviest few, kept while many pass by.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Keeps the ids of the heaviest events.</summary>
/// <param name="limit">How many are kept.</param>
internal sealed class TopEvidence(int limit = Limits.Evidence)
{
    readonly PriorityQueue<EventId, long> _kept = new();

    /// <summary>Offers an event with its weight.</summary>
    public void Offer(EventId id, long weight)
    {
        if (_kept.Count < limit) _kept.Enqueue(id, weight);
        else if (_kept.TryPeek(out _, out var least) && weight > least) _kept.DequeueEnqueue(id, weight);
    }

    /// <summary>The ids, the heaviest first.</summary>
    public IReadOnlyList<EventId> Ids => [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element).Select(item => item.Element)];
}
