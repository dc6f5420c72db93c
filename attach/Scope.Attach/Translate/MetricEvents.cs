// Values of meters, published by the runtime's metrics event source once an interval.
using System.Globalization;
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates counters, gauges and histograms.</summary>
sealed class MetricEvents(Translation t)
{
    const ushort Counter = 0, Gauge = 1, Histogram = 2;

    readonly NameId _tags = t.Names.Intern("tags"), _quantile = t.Names.Intern("quantile");

    public void Register(EventTable table)
    {
        table.Know(Providers.Metrics);
        table.Add(Providers.Metrics, "CounterRateValuePublished", (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Value(row, e, ref payload, Counter));
        table.Add(Providers.Metrics, "UpDownCounterRateValuePublished", (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Value(row, e, ref payload, Gauge));
        table.Add(Providers.Metrics, "GaugeValuePublished", (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Value(row, e, ref payload, Gauge));
        table.Add(Providers.Metrics, "HistogramValuePublished", Quantiles);
    }

    // Session, meter, version, instrument, unit, tags, rate or last value, and for counters the value in all.
    void Value(EventRow row, in NettraceEvent e, ref PayloadCursor payload, ushort kind)
    {
        var made = Instrument(e, ref payload, kind, out var tags);
        var rate = payload.Text();
        if (double.TryParse(rate, CultureInfo.InvariantCulture, out var value)) Emit(row, ref made, ref payload, tags, value, default);
    }

    // Session, meter, version, instrument, unit, tags, quantiles as "0.5=1.2;0.95=3".
    void Quantiles(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = Instrument(e, ref payload, Histogram, out var tags);
        var quantiles = payload.Text();
        foreach (var range in quantiles.Split(';'))
        {
            var part = quantiles[range];
            var equals = part.IndexOf('=');
            if (equals < 0 || !double.TryParse(part[(equals + 1)..], CultureInfo.InvariantCulture, out var value)) continue;
            Emit(row, ref made, ref payload, tags, value, part[..equals]);
        }
    }

    ScopeEvent Instrument(in NettraceEvent e, ref PayloadCursor payload, ushort kind, out ReadOnlySpan<char> tags)
    {
        var made = new ScopeEvent { Time = t.TimeOf(e.Ticks), Kind = EventKind.Metric, Target = t.Target, Detail = kind };
        payload.Text();
        var meter = payload.Text();
        payload.Text();
        var instrument = payload.Text();
        var unit = payload.Text();
        tags = payload.Text();
        made.Name = NameOf(t, meter, instrument, unit);
        return made;
    }

    /// <summary>The name that a metric goes by: who publishes it, what it is, its unit.</summary>
    public static NameId NameOf(Translation t, ReadOnlySpan<char> publisher, ReadOnlySpan<char> instrument, ReadOnlySpan<char> unit)
    {
        Span<char> name = stackalloc char[256];
        var fits = unit.IsEmpty ? name.TryWrite($"{publisher}/{instrument}", out var length) : name.TryWrite($"{publisher}/{instrument}, {unit}", out length);
        return fits ? t.Texts.Intern(name[..length]) : t.Texts.Intern(instrument);
    }

    /// <summary>A value as a metric event holds it.</summary>
    public static long Scaled(double value) => (long)Math.Clamp(Math.Round(value * RuntimeCounters.Scale), long.MinValue, long.MaxValue);

    void Emit(EventRow row, ref ScopeEvent made, ref PayloadCursor payload, scoped ReadOnlySpan<char> tags, double value, scoped ReadOnlySpan<char> quantile)
    {
        made.Value = Scaled(value);
        if (!tags.IsEmpty || !quantile.IsEmpty)
        {
            var writer = t.NewPayload();
            if (!tags.IsEmpty) writer.Add(_tags, tags);
            if (!quantile.IsEmpty) writer.Add(_quantile, quantile);
            t.Keep(writer, ref made);
        }
        t.Emit(row, made, ref payload);
    }
}
