// What happened in each minute of a batch of events: requests, errors, latencies, CPU, garbage collection, allocations, of the
// service and by route, method and query. Computed here, where the events pass anyway; the database adds the numbers up; for latencies see MinuteRows.cs.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>What is told apart. The numbers are in the database: never renumber.</summary>
public enum MinuteSort : short
{
    /// <summary>A process; the key is its target.</summary>
    Service = 1,
    /// <summary>Requests; the key is their name.</summary>
    Route = 2,
    /// <summary>Samples of CPU time, allocations and exceptions; the key is the method.</summary>
    Method = 3,
    /// <summary>SQL commands; the key is their name.</summary>
    Query = 4,
}

/// <summary>One row: a minute, and of what.</summary>
readonly record struct MinuteKey(long Minute, MinuteSort Sort, int Key);

/// <summary>What is added up.</summary>
sealed class MinuteSum
{
    public long Count, Errors, Nanos, LongestNanos, CpuNanos, GcNanos, AllocatedBytes, Exceptions;

    /// <summary>How long each took.</summary>
    public readonly List<long> Durations = [];
}

/// <summary>Adds the events of one batch up.</summary>
sealed class MinuteSums
{
    const long MinuteNanos = 60_000_000_000;

    /// <summary>The sums, by minute and what they are of.</summary>
    public Dictionary<MinuteKey, MinuteSum> Rows { get; } = [];

    /// <summary>The sums of some events.</summary>
    public static MinuteSums Of(ReadOnlySpan<ScopeEvent> events)
    {
        var sums = new MinuteSums();
        foreach (ref readonly var e in events) sums.Add(e);
        return sums;
    }

    /// <summary>Adds an event.</summary>
    public void Add(in ScopeEvent e)
    {
        var minute = Math.DivRem(e.Time.UnixNanos, MinuteNanos) is var (whole, rest) && rest < 0 ? whole - 1 : whole;
        MinuteSum Service(in ScopeEvent of) => Row(new(minute, MinuteSort.Service, of.Target.Value));
        MinuteSum Method(in ScopeEvent of) => Row(new(minute, MinuteSort.Method, of.Method.Value));
        switch (e.Kind)
        {
            case EventKind.Request:
                Span(Service(e), e);
                Span(Row(new(minute, MinuteSort.Route, e.Name.Value)), e);
                break;
            case EventKind.Sql: Span(Row(new(minute, MinuteSort.Query, e.Name.Value)), e); break;
            case EventKind.ThreadTimeSample: Service(e).CpuNanos += e.Value; break;
            case EventKind.GcPause: Service(e).GcNanos += e.Value; break;
            case EventKind.Allocation:
                Service(e).AllocatedBytes += e.Value;
                if (!e.Method.IsNone) Method(e).AllocatedBytes += e.Value;
                break;
            case EventKind.ExceptionThrown:
                Service(e).Exceptions++;
                if (!e.Method.IsNone) Method(e).Exceptions++;
                break;
            case EventKind.CpuSample when (e.Flags & EventFlags.OnCpu) != 0 && !e.Method.IsNone:
                Method(e).Count++;
                Method(e).CpuNanos += e.Value;
                break;
        }
    }

    static void Span(MinuteSum sum, in ScopeEvent e)
    {
        sum.Count++;
        if ((e.Flags & EventFlags.Error) != 0) sum.Errors++;
        sum.Nanos += e.Value;
        sum.LongestNanos = Math.Max(sum.LongestNanos, e.Value);
        sum.Durations.Add(e.Value);
    }

    // What is too much to be told apart is told together.
    MinuteSum Row(MinuteKey key)
    {
        if (!Rows.ContainsKey(key) && Rows.Count >= Limits.WarmMinuteRows) key = key with { Key = 0 };
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(Rows, key, out _);
        return row ??= new();
    }
}
