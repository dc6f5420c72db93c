// By what events can be grouped: one row a key. A part of a group is a number (an id, or the beginning of a bucket of time), so
// that grouping compares numbers and only the groups that are shown get their names.
using System.Globalization;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>Something that events are grouped by.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Meaning">What it is, for help texts.</param>
public sealed record GroupKey(string Name, string Meaning)
{
    internal delegate long PartOf(in ScopeEvent e, FlowRoutes routes, long widthNanos);

    /// <summary>The number of an event's part.</summary>
    internal PartOf Part { get; init; } = (in ScopeEvent _, FlowRoutes _, long _) => 0;

    /// <summary>What a number stands for.</summary>
    internal Func<Catalog, long, string> Text { get; init; } = (_, _) => "";

    /// <summary>Whether it is a bucket of time, whose width is written after a colon.</summary>
    public bool IsTime { get; init; }

    /// <summary>All keys.</summary>
    public static IReadOnlyList<GroupKey> All { get; } =
    [
        new("route", "the request that the event's flow began with") { Part = (in ScopeEvent e, FlowRoutes routes, long _) => routes.Of(e).Value, Text = (catalog, id) => catalog.Names[new((int)id)] },
        new("method", "the method that it is about") { Part = (in ScopeEvent e, FlowRoutes _, long _) => e.Method.Value, Text = (catalog, id) => catalog.Methods[new((int)id)]?.FullName ?? "" },
        new("kind", "its kind") { Part = (in ScopeEvent e, FlowRoutes _, long _) => (long)e.Kind, Text = (_, id) => id == 0 ? "" : ((EventKind)id).Text() },
        new("name", "its name: route, exception type, SQL, log category") { Part = (in ScopeEvent e, FlowRoutes _, long _) => e.Name.Value, Text = (catalog, id) => catalog.Names[new((int)id)] },
        new("thread", "its OS thread") { Part = (in ScopeEvent e, FlowRoutes _, long _) => e.Thread.Value, Text = (catalog, id) => id == 0 ? "" : catalog.Threads.OsIdOf(new((int)id)).ToString(CultureInfo.InvariantCulture) },
        new("target", "its process") { Part = (in ScopeEvent e, FlowRoutes _, long _) => e.Target.Value, Text = (catalog, id) => id == 0 || id > catalog.Targets.All.Count ? "" : catalog.Targets[new((ushort)id)].Name },
        new("flow", "its flow") { Part = (in ScopeEvent e, FlowRoutes _, long _) => e.Flow.Value, Text = (catalog, id) => id == 0 ? "" : catalog.Flows.Text(new((int)id)) is { Length: > 0 } trace ? trace : $"#{id}" },
        new("time", "buckets of time, such as time:10s") { IsTime = true, Part = (in ScopeEvent e, FlowRoutes _, long width) => e.Time.UnixNanos - Remainder(e.Time.UnixNanos, width), Text = (_, nanos) => new EventTime(nanos).ToString() },
    ];

    static long Remainder(long nanos, long width) => (nanos % width + width) % width;
}

/// <summary>A key as it was asked for.</summary>
/// <param name="Key">The key.</param>
/// <param name="WidthNanos">How wide a bucket of time is, ns; 0 for other keys.</param>
public readonly record struct GroupPart(GroupKey Key, long WidthNanos)
{
    /// <summary>As it was written.</summary>
    public string Name => Key.Name;
}
