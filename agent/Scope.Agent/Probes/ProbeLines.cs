// What a person reads of probes: one line a hit, what is going to be probed and stays behind, how each probe ended, and how
// long calls took.
using System.Diagnostics;
using System.Text;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Writes lines.</summary>
static class ProbeLines
{
    /// <summary>What stays in a target, said before it is touched.</summary>
    public const string StaysBehind = "From the first probe on a library of ours (libscope-native.so, some 100 KB) stays in the process until it ends, idle once its probes are out; every method gets its old code back.";

    static readonly Dictionary<ProbeState, string> States = new()
    {
        [ProbeState.None] = "unknown", [ProbeState.Pending] = "pending: not called since, or inlined into frames that run", [ProbeState.Armed] = "armed", [ProbeState.Tripped] = "tripped",
        [ProbeState.Reverted] = "reverted", [ProbeState.Refused] = "refused",
    };

    /// <summary>A hit: when, on which thread, how long, which method, with what.</summary>
    /// <param name="call">The hit.</param>
    /// <param name="began">When it began.</param>
    /// <param name="depth">How deep it stands below another.</param>
    public static string Of(ProbeCall call, EventTime began, int depth = 0)
    {
        var line = new StringBuilder($"{began.ToInstant().ToDateTimeUtc().ToLocalTime():HH:mm:ss.fff}  {call.Thread,7}  {(call.DurationTicks is { } took ? Duration(took) : "line"),9}  {new string(' ', 2 * depth)}{call.Probe.Method.Title}");
        if (call.Probe.Spec.Arguments) line.Append('(').AppendJoin(", ", call.Arguments.Select(a => $"{a.Label}={a.Text}")).Append(')');
        if (call.Returned is { } returned) line.Append(" → ").Append(returned);
        if (call.Exception is { } exception) line.Append(" ✗ ").Append(exception).Append(call.Message is { } message ? ": " + message : "");
        if (call.Line is { } text) line.Append("  ").Append(text);
        foreach (var value in call.Captures) line.Append($"  {value.Label}={value.Text}");
        if (call.Origin is { } origin) line.Append($"  ⇐ {origin.Value.Label}={origin.Value.Text} seen {Duration(call.BeginTicks - origin.Ticks)} before in {origin.Method}, thread {origin.Thread}");
        foreach (var change in call.Changes) line.Append($"  {change.Label}: {change.Before} → {change.After}");
        if (call.RunningTicks is { } ran) line.Append($"  (ran {Duration(ran)}, {call.Awaits} {(call.Awaits == 1 ? "await" : "awaits")})");
        return line.ToString();
    }

    /// <summary>What is going to be probed.</summary>
    public static IEnumerable<string> Before(ProbePreparation prepared, int most)
    {
        foreach (var probe in prepared.Probes.Take(most)) yield return $"  {probe.Id,4}  {probe.Method}{(probe.Method.IlOffset is { } at ? $" IL_{at:x4}" : "")}";
        if (prepared.Probes.Count > most) yield return $"        and {prepared.Probes.Count - most} more";
        foreach (var refused in prepared.Refused.Take(most)) yield return $"   not  {refused.Method}: {refused.Reason.Split('\n')[0]}";
        foreach (var note in prepared.Notes.Take(most)) yield return $"        {note}";
    }

    /// <summary>How a probe stands, or ended.</summary>
    /// <param name="status">What the target says.</param>
    /// <param name="calls">How many calls were told; null to take what the target counted.</param>
    public static string Of(in ProbeStatus status, long? calls = null)
    {
        var hits = calls ?? (long)status.Hits;
        var text = States.GetValueOrDefault((ProbeState)status.State, "unknown");
        if (status.Result != 0) text += $": {NativeRefusal.Explain(status.Result)}";
        text += $"; {hits:N0} {(hits == 1 ? "hit" : "hits")}";
        if (status.Dropped > 0) text += $", {status.Dropped:N0} lost because they came too fast";
        return text;
    }

    /// <summary>How long the calls of a method took, as a histogram of powers of two.</summary>
    public static IEnumerable<string> Histogram(string title, IReadOnlyList<long> ticks)
    {
        if (ticks.Count == 0) yield break;
        const int width = 40;
        var sorted = ticks.Order().ToList();
        string At(double quantile) => Duration(sorted[(int)Math.Min(sorted.Count - 1, quantile * sorted.Count)]);
        yield return $"{title}: {ticks.Count:N0} calls, p50 {At(0.5)}, p90 {At(0.9)}, p99 {At(0.99)}, longest {Duration(sorted[^1])}";
        var buckets = sorted.GroupBy(t => (int)Math.Log2(Math.Max(1, t))).OrderBy(b => b.Key).ToList();
        var most = buckets.Max(b => b.Count());
        foreach (var bucket in buckets) yield return $"  {"< " + Duration(1L << bucket.Key + 1),10}  {new string('█', Math.Max(1, bucket.Count() * width / most))} {bucket.Count():N0}";
    }

    /// <summary>A duration in ticks of Stopwatch, for people.</summary>
    public static string Duration(long ticks) => TimeText.Show((long)(ticks * (1e9 / Stopwatch.Frequency)));
}
