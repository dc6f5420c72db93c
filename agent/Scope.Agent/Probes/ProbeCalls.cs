// Puts the records of one call together again: its begin and its end are two records when something was looked at when it
// began, and an async method is one piece for each time that it ran between two awaits.
//
//  1. A begin waits for its end, known by its thread and the number of the call.
//  2. An async method's first piece begins at state -1; it is done at state -2. Between, a piece that begins is the one that
//     last ended with the same task, or, where a collection has moved the task since, the only one that waits at that await.
using Scope.Events.Redaction;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Makes calls of hits. For one thread.</summary>
/// <param name="probes">The probes, by their ids.</param>
/// <param name="nameOf">The name of the type of a method table.</param>
/// <param name="redactor">Takes secrets out of values.</param>
/// <param name="onCall">Receives each call.</param>
sealed class ProbeCalls(IReadOnlyDictionary<uint, PlannedProbe> probes, Func<ulong, string> nameOf, Redactor redactor, Action<ProbeCall> onCall)
{
    const int Begun = -1, Done = -2;

    readonly Dictionary<(uint Probe, int Thread, ulong Call), ProbeHit> _begun = [];
    readonly List<Waiting> _waiting = [];

    /// <summary>An async method that waits in an await.</summary>
    sealed class Waiting(PlannedProbe probe, ProbeHit first)
    {
        public PlannedProbe Probe => probe;
        public ProbeHit First => first;
        public long Task, State, RunningTicks;
        public int Awaits;
    }

    /// <summary>Calls whose end was never seen, because their probe was taken out, or there were too many.</summary>
    public long Unended { get; private set; }

    /// <summary>Takes the next hit.</summary>
    public void Add(ProbeHit hit)
    {
        if (!probes.TryGetValue(hit.Record.Probe, out var probe)) return;
        if (probe.IsSource)
        {
            onCall(Made(probe, hit, hit)); // At its begin: what it calls is passed the value before it ends.
            return;
        }
        var key = (hit.Record.Probe, hit.Thread, hit.Record.Call);
        if (hit.Record.Kind == HookKind.ProbeEnter)
        {
            if (_begun.Count >= Events.Limits.ProbeOpenCalls) Forget();
            _begun[key] = hit;
            return;
        }
        if (probe.Order.Flags.HasFlag(ProbeFlags.Enter) && !_begun.Remove(key, out _beginning)) _beginning = null;
        if (probe.Async is { } parts) Part(probe, parts, _beginning, hit);
        else onCall(Made(probe, probe.Order.Flags.HasFlag(ProbeFlags.Enter) ? _beginning ?? hit : hit, hit));
        _beginning = null;
    }
    ProbeHit? _beginning;

    void Part(PlannedProbe probe, AsyncForm form, ProbeHit? begin, ProbeHit end)
    {
        var (before, after) = (new ProbeText(begin, nameOf, redactor), new ProbeText(end, nameOf, redactor));
        var call = begin is null ? null : before.Number(form.State) == Begun ? new Waiting(probe, begin) : Resumed(probe, before.Number(form.State) ?? 0, before.Number(form.Task) ?? 0);
        if (call is null)
        {
            Unended++; // It had begun before we came.
            return;
        }
        call.RunningTicks += end.Record.DurationTicks;
        if (after.Number(form.State) is { } state and not Done && end.Record.Kind == HookKind.ProbeLeave)
        {
            (call.State, call.Task) = (state, after.Number(form.Task) ?? 0);
            call.Awaits++;
            if (_waiting.Count >= Events.Limits.ProbeOpenCalls) Forget();
            _waiting.Add(call);
            return;
        }
        var ticks = end.Record.Ticks - call.First.Record.Ticks;
        if (ticks * (1e9 / System.Diagnostics.Stopwatch.Frequency) < form.LeastElapsedNanos) return;
        var made = Made(probe, call.First, end) with { DurationTicks = ticks, RunningTicks = call.RunningTicks, Awaits = call.Awaits };
        // It caught its exception to hand it to its task.
        onCall(after.TypeOf(form.Thrown) is { Length: > 0 } thrown ? made with { Exception = thrown, Returned = null } : made);
    }

    Waiting? Resumed(PlannedProbe probe, long state, long task)
    {
        var at = _waiting.FindLastIndex(w => w.Probe == probe && w.Task == task && w.State == state);
        if (at < 0 && _waiting.FindAll(w => w.Probe == probe && w.State == state) is [var only]) at = _waiting.IndexOf(only);
        if (at < 0) return null;
        var found = _waiting[at];
        _waiting.RemoveAt(at);
        return found;
    }

    ProbeCall Made(PlannedProbe probe, ProbeHit begin, ProbeHit end)
    {
        var (before, after) = (new ProbeText(begin, nameOf, redactor), new ProbeText(end, nameOf, redactor));
        string Text(ValueForm form) => before.Has(form) ? before.Of(form) : after.Of(form);
        var hasThrown = end.Record.Kind == HookKind.ProbeException;
        return new(probe, end.Thread, begin.Record.Ticks - (begin == end ? end.Record.DurationTicks : 0))
        {
            DurationTicks = probe.IsLine ? null : end.Record.DurationTicks,
            Depth = end.Record.Depth,
            Arguments = [.. probe.Arguments.Select(a => new ProbedValue(a.Label, Text(a)))],
            Captures = [.. probe.Captures.Select(c => new ProbedValue(c.Label, Text(c)))],
            Returned = hasThrown || probe.Returned is not { } returned || !after.Has(returned) ? null : after.Of(returned),
            Exception = hasThrown ? nameOf(end.Record.ExceptionType) : null,
            Message = probe.Message is { } message && after.Has(message) && after.Of(message) is var text and not "null" ? text : null,
            Line = probe.Log.Count == 0 ? null : string.Concat(probe.Log.Select(p => p.Value is { } value ? Unquoted(Text(value)) : p.Text)),
            Changes = [.. probe.State.Where(f => before.Has(f) && after.Has(f)).Select(f => new ProbedChange(f.Label, before.Of(f), after.Of(f))).Where(c => c.Before != c.After)],
        };
    }

    // In a line a text stands as it is, as in any log.
    static string Unquoted(string text) => text.Length > 1 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;

    void Forget()
    {
        Unended += _begun.Count + _waiting.Count;
        _begun.Clear();
        _waiting.Clear();
    }
}
