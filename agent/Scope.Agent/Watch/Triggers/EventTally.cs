// The figure of a trigger that counts events: of those of its kinds that fit, in the last ten seconds.
using System.Text;
using Scope.Code;
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>Counts the events of one trigger in one recording.</summary>
/// <param name="trigger">The trigger.</param>
/// <param name="of">What their name (or method, or text) must fit; null for any.</param>
/// <param name="catalog">What the events' handles refer to.</param>
sealed class EventTally(Trigger trigger, NamePattern? of, Catalog catalog)
{
    const int WindowSeconds = 10;
    const double MetricScale = 1000;

    readonly (long Second, double Value)[] _seconds = new (long, double)[WindowSeconds];
    readonly Dictionary<(NameId, MethodId), bool> _fits = [];
    double? _newest;

    /// <summary>Counts one event.</summary>
    public void Count(in ScopeEvent e)
    {
        if (!trigger.Kinds.Passes(e.Kind) || !Fits(e)) return;
        _newest = e.Value / MetricScale;
        var second = e.Time.UnixNanos / 1_000_000_000;
        ref var place = ref _seconds[second % WindowSeconds];
        if (place.Second != second) place = (second, 0);
        place.Value = trigger.Tally == Tally.Count ? place.Value + 1 : Math.Max(place.Value, e.Value);
    }

    /// <summary>The figure now; null while there is none.</summary>
    public double? Figure(EventTime now)
    {
        if (trigger.Tally == Tally.Newest) return _newest;
        var oldest = now.UnixNanos / 1_000_000_000 - WindowSeconds;
        var figure = 0.0;
        foreach (var (second, value) in _seconds)
            if (second > oldest) figure = trigger.Tally == Tally.Count ? figure + value : Math.Max(figure, value);
        return figure;
    }

    bool Fits(in ScopeEvent e)
    {
        if (of is null) return true;
        var what = trigger.IsOfMethod ? (default, e.Method) : (e.Name, default(MethodId));
        if (!_fits.TryGetValue(what, out var fits))
        {
            fits = of.Matches(trigger.IsOfMethod ? WrittenNameOf(e.Method) : catalog.Names[e.Name]);
            if (_fits.Count < Limits.RuleNames) _fits[what] = fits;
        }
        return fits || trigger.LooksIntoTexts && FitsText(e.Payload);
    }

    string WrittenNameOf(MethodId method) => catalog.Methods[method] is { } known ? WrittenName.Of(known.Type, known.Name).Full : "";

    bool FitsText(PayloadId payload)
    {
        var reader = catalog.Payloads.Read(payload);
        while (reader.Next())
            if (of!.Matches(Encoding.UTF8.GetString(reader.Value))) return true;
        return false;
    }
}
