// The ids of some events in their order: as a recorder gives them they count up by one, and need not be told one by one.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>The ids of events, ascending.</summary>
readonly ref struct EventIds
{
    readonly long _first;
    readonly ReadOnlySpan<EventId> _told;

    /// <summary>Ids that count up by one.</summary>
    public EventIds(long first) => _first = first;

    /// <summary>Ids that count up by one.</summary>
    public static implicit operator EventIds(EventId first) => new(first.Value);

    /// <summary>Ids with gaps.</summary>
    public EventIds(ReadOnlySpan<EventId> told) => _told = told;

    /// <summary>Whether they count up by one.</summary>
    public bool AreDense => _told.IsEmpty;

    /// <summary>The id of the event at a place.</summary>
    public EventId this[int place] => _told.IsEmpty ? new(_first + place) : _told[place];

    /// <summary>The ids from a place on.</summary>
    public EventIds From(int place) => _told.IsEmpty ? new(_first + place) : new(_told[place..]);

    /// <summary>The place after the last of the events, of so many, whose ids count up by one from a place on.</summary>
    public int EndOfRun(int from, int count)
    {
        if (_told.IsEmpty) return count;
        var to = from + 1;
        while (to < count && _told[to].Value == _told[to - 1].Value + 1) to++;
        return to;
    }
}
