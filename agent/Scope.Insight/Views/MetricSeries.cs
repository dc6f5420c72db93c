// Metric samples over the window, by name: what the runtime, meters and the kernel told once in a while.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>One metric over the window; values in its own unit.</summary>
internal sealed class Series
{
    readonly List<(EventTime Time, double Value, EventId Id)> _points = [];

    public void Add(EventTime time, double value, EventId id) => _points.Add((time, value, id));

    /// <summary>How many samples there are.</summary>
    public int Count => _points.Count;

    /// <summary>The sample told last; 0 without any.</summary>
    public double Last => Count == 0 ? 0 : _points[^1].Value;

    /// <summary>The sample told first; 0 without any.</summary>
    public double First => Count == 0 ? 0 : _points[0].Value;

    /// <summary>The largest sample; 0 without any.</summary>
    public double Max => Count == 0 ? 0 : _points.Max(p => p.Value);

    /// <summary>The mean of the samples; 0 without any.</summary>
    public double Mean => Count == 0 ? 0 : _points.Average(p => p.Value);

    /// <summary>The share of samples for which a condition holds, 0 to 1.</summary>
    public double ShareOf(Func<double, bool> condition) => Count == 0 ? 0 : (double)_points.Count(p => condition(p.Value)) / Count;

    /// <summary>The largest samples' events, the largest first.</summary>
    public IEnumerable<EventId> Peaks(int most = 4) => _points.OrderByDescending(p => p.Value).Take(most).Select(p => p.Id);
}

/// <summary>All metrics of the window.</summary>
internal sealed class MetricSeries
{
    const double Scale = 1000; // As the kind's rule has it.
    static readonly Series None = new();

    readonly Dictionary<NameId, Series> _series = [];
    readonly Names _names;

    public MetricSeries(Investigation at)
    {
        _names = at.Catalog.Names;
        at.History.Visit(at.Window(KindSet.Of(EventKind.Metric)), (EventId id, in ScopeEvent e) =>
        {
            if (!_series.TryGetValue(e.Name, out var series)) _series[e.Name] = series = new();
            series.Add(e.Time, e.Value / Scale, id);
            return true;
        });
    }

    /// <summary>A metric by its name; one without samples when nobody told it.</summary>
    public Series this[string name] => _names.Find(name) is { IsNone: false } id && _series.TryGetValue(id, out var series) ? series : None;

    /// <summary>The metrics whose names begin so.</summary>
    public IEnumerable<(string Name, Series Series)> StartingWith(string prefix) =>
        _series.Select(entry => (Name: _names[entry.Key], entry.Value)).Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal));
}
