// What each part of an answer gave and took.
namespace Scope.Store.Query.Merge;

/// <summary>What the parts of one answer took. For one thread.</summary>
sealed class AnswerCost(IReadOnlyList<HistoryPart> parts)
{
    readonly (long Events, long Nanos, int Asked)[] _costs = new (long, long, int)[parts.Count];

    /// <summary>A tier was asked.</summary>
    public void Add(HistoryPart part, long events, long nanos)
    {
        for (var i = 0; i < parts.Count; i++)
            if (ReferenceEquals(parts[i], part)) _costs[i] = (_costs[i].Events + events, _costs[i].Nanos + nanos, _costs[i].Asked + 1);
    }

    /// <summary>All parts, in the order in which they were given.</summary>
    public IEnumerable<AnswerPart> Parts => parts.Select((part, i) => new AnswerPart(part.Recording, part.Tier, _costs[i].Events, _costs[i].Nanos, _costs[i].Asked));
}
