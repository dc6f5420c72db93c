// Whether each event that an agent sealed is in the database once: both are read by rising id, side by side.
using Scope.Events;
using Scope.Store;
using Scope.Store.Spool;

namespace Scope.Soak;

/// <summary>How the two compare.</summary>
/// <param name="Sealed">Events on the disk.</param>
/// <param name="Missing">Of these, how many the database lacks.</param>
/// <param name="Different">How many it has with another time, kind, value or detail.</param>
/// <param name="TooMany">How many it has twice, or has though no disk does.</param>
sealed record ShippedComparison(long Sealed, long Missing, long Different, long TooMany)
{
    const int AtOnce = 1 << 18;

    public static ShippedComparison operator +(ShippedComparison a, ShippedComparison b) => new(a.Sealed + b.Sealed, a.Missing + b.Missing, a.Different + b.Different, a.TooMany + b.TooMany);

    /// <summary>Compares a recording's sealed segments with what was shipped of it.</summary>
    public static ShippedComparison Of(string folder, IHistory shipped)
    {
        using var feed = SpoolFeed.Of(folder, new Catalog(), () => false);
        var (sum, events, next) = (new ShippedComparison(0, 0, 0, 0), new ScopeEvent[AtOnce], new EventId(0));
        while (feed.Read(next, events, out var first) is > 0 and var count)
        {
            sum += Of(first, events.AsMemory(0, count), shipped, next);
            next = new(first.Value + count);
        }
        return sum with { TooMany = sum.TooMany + shipped.CountOf(new() { FromId = next }) };
    }

    /// <summary>Compares events with consecutive ids with what the database has since the last ones.</summary>
    static ShippedComparison Of(EventId first, ReadOnlyMemory<ScopeEvent> events, IHistory shipped, EventId since)
    {
        long found = 0, different = 0, tooMany = 0;
        var last = first.Value - 1;
        shipped.Visit(new() { FromId = since, ToId = new(first.Value + events.Length) }, (EventId id, in ScopeEvent e) =>
        {
            if (id.Value <= last) tooMany++;
            else
            {
                (found, last) = (found + 1, id.Value);
                if (!IsSame(events.Span[(int)(id.Value - first.Value)], e)) different++;
            }
            return true;
        });
        return new(events.Length, events.Length - found, different, tooMany);
    }

    static bool IsSame(in ScopeEvent a, in ScopeEvent b) => a.Time == b.Time && a.Kind == b.Kind && a.Value == b.Value && a.Detail == b.Detail && a.Flags == b.Flags;
}
