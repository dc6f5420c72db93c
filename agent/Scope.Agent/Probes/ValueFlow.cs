// Values on their way from one method to another: what was seen at the first is remembered for a while, and a call of the second
// that is passed the same says where it was seen. The same is what reads the same: nobody follows the machine's instructions, so
// values that are rare (ids, names, sums) tell most, and those that cannot be told apart (nulls, secrets) are none.
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Agent.Probes;

/// <summary>Where a value was seen.</summary>
/// <param name="Value">What it is called where it arrived, and what it is.</param>
/// <param name="Method">The method where it was seen.</param>
/// <param name="Thread">The thread there, as the system numbers it.</param>
/// <param name="Ticks">When, in ticks of Stopwatch.</param>
readonly record struct ValueOrigin(ProbedValue Value, string Method, int Thread, long Ticks);

/// <summary>Remembers values. For one thread.</summary>
sealed class ValueFlow
{
    static readonly HashSet<string> Indistinct = ["", "null", "?", "true", "false", Redactor.Replacement];

    readonly Dictionary<string, (string Method, int Thread, long Ticks)> _seen = [];
    readonly Queue<string> _order = [];

    /// <summary>Remembers what a call of the first method shows; the oldest goes where there are too many.</summary>
    public void See(ProbeCall call)
    {
        foreach (var value in call.Captures)
        {
            if (Indistinct.Contains(value.Text)) continue;
            if (!_seen.ContainsKey(value.Text)) _order.Enqueue(value.Text);
            _seen[value.Text] = (call.Probe.Method.Title, call.Thread, call.BeginTicks);
            if (_order.Count > Limits.ProbeFlowValues) _seen.Remove(_order.Dequeue());
        }
    }

    /// <summary>Where a value of a call of the second method was seen before; null for none of them.</summary>
    public ValueOrigin? OriginOf(ProbeCall call)
    {
        foreach (var value in (IEnumerable<ProbedValue>)[.. call.Arguments, .. call.Captures])
            if (_seen.TryGetValue(value.Text, out var at)) return new(value, at.Method, at.Thread, at.Ticks);
        return null;
    }
}
