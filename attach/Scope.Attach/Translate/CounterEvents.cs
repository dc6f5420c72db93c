// Counters that event sources publish once an interval, the runtime's own among them: each is one self-describing event
// called EventCounters, whose fields tell name, unit and either a mean or an increment.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates the counters of event sources into metrics.</summary>
sealed class CounterEvents(Translation t)
{
    const string EventName = "EventCounters";
    const ushort Counter = 0, Gauge = 1;
    const int FieldsAtMost = 16; // The runtime's payloads have nine and twelve.

    public void Register(EventTable table) => table.AddOfAny(EventName, Translate);

    void Translate(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var fields = row.Metadata.Fields;
        while (fields is [{ TypeCode: (int)TypeCode.Object, Inner: var inner }]) fields = inner; // They are wrapped in an object named Payload, and that in one without a name.
        ReadOnlySpan<char> name = default, unit = default;
        double mean = double.NaN, increment = double.NaN, seconds = 1;
        for (var i = 0; i < Math.Min(fields.Count, FieldsAtMost); i++)
        {
            switch ((TypeCode)fields[i].TypeCode)
            {
                case TypeCode.String:
                    var text = payload.Text();
                    if (fields[i].Name == "Name") name = text;
                    else if (fields[i].Name == "DisplayUnits") unit = text;
                    break;
                case TypeCode.Double:
                    var number = payload.Double();
                    if (fields[i].Name == "Mean") mean = number;
                    else if (fields[i].Name == "Increment") increment = number;
                    break;
                case TypeCode.Single:
                    var interval = BitConverter.UInt32BitsToSingle(payload.UInt32());
                    if (fields[i].Name == "IntervalSec" && interval > 0) seconds = interval;
                    break;
                case TypeCode.Int32: payload.Skip(sizeof(int)); break;
                default: return; // A field of a sort that no counter has: what follows cannot be found.
            }
        }
        var value = double.IsNaN(increment) ? mean : increment / seconds;
        if (name.IsEmpty || double.IsNaN(value)) return;
        var made = new ScopeEvent
        {
            Time = t.TimeOf(e.Ticks), Kind = EventKind.Metric, Target = t.Target, Detail = double.IsNaN(increment) ? Gauge : Counter,
            Name = MetricEvents.NameOf(t, row.Metadata.Provider, name, unit), Value = MetricEvents.Scaled(value),
        };
        t.Emit(row, made, ref payload);
    }
}
