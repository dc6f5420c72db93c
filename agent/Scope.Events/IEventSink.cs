// Where a stage puts its events. Two real ones stand behind it: the rings that sources write to and the hot index that
// the correlator writes to.
namespace Scope.Events;

/// <summary>Takes events in the order of their time, from one thread.</summary>
public interface IEventSink
{
    /// <summary>Takes one event; gives its id where the sink numbers events, else <see cref="EventId.None"/>.</summary>
    EventId Append(in ScopeEvent e);

    /// <summary>Promises that no event before this instant will come any more, so that what was given can be read and merged up to it.</summary>
    void Advance(EventTime noneBefore);
}
