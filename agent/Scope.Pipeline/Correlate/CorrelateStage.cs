// The stage between window and history, which outlives its own mistakes. A correlator that fails at an event is replaced by a
// new one. If the event has gone on already, it is in the history, and nothing is lost but its links. If not, the new one gets
// it again: where that takes it, the state of the old one was wrong; where it fails too, the event is, and is counted as lost.
// What was failed at is set aside with the error. What a new correlator does not know are the spans that were open.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Correlates, whatever comes. One thread.</summary>
/// <param name="make">Makes a correlator that gives its events to a sink.</param>
/// <param name="history">Where events go on to.</param>
/// <param name="ledger">Where events that are set aside are counted.</param>
/// <param name="replaced">Is told why a correlator was replaced.</param>
/// <param name="setAside">Keeps an event that could not be correlated.</param>
public sealed class CorrelateStage(Func<IEventSink, Correlator> make, IEventSink history, Ledger ledger, Action<Exception> replaced, Action<DeadLetter> setAside) : IEventSink
{
    /// <summary>Its name in the ledger.</summary>
    public const string Name = "correlate";

    readonly Counted _history = new(history);
    Correlator? _correlator;

    /// <inheritdoc/>
    public EventId Append(in ScopeEvent e)
    {
        var given = _history.Given;
        try
        {
            return Correlator.Append(e);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            return Again(e, bug, isGiven: _history.Given > given);
        }
    }

    Correlator Correlator => _correlator ??= make(_history);

    /// <inheritdoc/>
    public void Advance(EventTime noneBefore) => Correlator.Advance(noneBefore);

    /// <summary>The recording ends: spans that are still open are told as far as they are known.</summary>
    public void Flush(EventTime at)
    {
        try
        {
            Correlator.Flush(at);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            replaced(bug);
        }
    }

    EventId Again(in ScopeEvent e, Exception bug, bool isGiven)
    {
        Replace(bug);
        try
        {
            if (!isGiven) return Correlator.Append(e);
        }
        catch (Exception again) when (again is not OutOfMemoryException)
        {
            Replace(bug = again);
            ledger.Lost(LossSource.Stage, Name, e.Time, e.Time, 1);
        }
        setAside(DeadLetter.Of(Name, e.Time, e.Kind.ToString(), e, bug));
        return EventId.None;
    }

    void Replace(Exception bug)
    {
        _correlator = null;
        replaced(bug);
    }

    sealed class Counted(IEventSink next) : IEventSink
    {
        public long Given { get; private set; }

        public EventId Append(in ScopeEvent e)
        {
            Given++;
            return next.Append(e);
        }

        public void Advance(EventTime noneBefore) => next.Advance(noneBefore);
    }
}
