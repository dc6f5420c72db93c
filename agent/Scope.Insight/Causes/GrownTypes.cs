// memory-leak when no single holder shows: what is reachable grew between two snapshots, but over ways that no field collects (a
// chain of registrations, a linked list). Then the type that grew most and the method that makes it are what can be named.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Names a leak by what grew.</summary>
internal static class GrownTypes
{
    const double MostOfGrowth = 0.3; // Of what grew: a smaller part says nothing of the rest.
    const double UnderWaySeconds = 1; // What is made in so long may be held by the work that is under way: bodies of the requests of one moment.

    /// <summary>The leak, where what is reachable grew by this share and so many bytes; null when it did not.</summary>
    public static Suspicion? Suspect(Investigation at, SeenSnapshot last, SnapshotDiff diff, double leastShare, long leastBytes)
    {
        var growth = diff.BytesAfter - diff.BytesBefore;
        if (last.State.Heap is not { LiveBytes: > 0 } || growth < Math.Max(leastBytes, diff.BytesBefore * leastShare) || diff.Types.Count == 0) return null;
        var type = diff.Types[0];
        if (type.Growth < Math.Max(growth * MostOfGrowth, MadeASecond(at, type.Type) * UnderWaySeconds)) return null;
        var method = MakerOf(at, type.Type);
        var name = States.TypeText(type.Type);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "memory-leak",
                Culprit = method.IsNone ? name : at.NameOf(method),
                Also = [.. diff.Types.Take(4).Select(t => States.TypeText(t.Type)).Where(t => method.IsNone ? t != name : true)],
                Severity = Severity.Warning,
                Confidence = method.IsNone ? 0.6 : 0.75,
                Impact = Math.Min(1, growth / (double)Math.Max(1, diff.BytesAfter)),
                Summary = $"What is reachable grew from {Wording.Bytes(diff.BytesBefore)} to {Wording.Bytes(diff.BytesAfter)} in {Wording.Number(diff.Nanos / 1e9)} s, most of it {name} ({Wording.Number(type.CountBefore)} to {Wording.Number(type.CountAfter)} objects)"
                    + (method.IsNone ? "." : $", which {at.Place(method)} makes."),
                Advice = "Look for who keeps what is made there: registrations on a token that lives as long as the process (dispose of the CancellationTokenRegistration), linked lists, lambdas that capture it.",
                Reasoning = $"Two snapshots: the type that grew most, and the application's method that allocates most of it. No single field holds it. Refuted by a later snapshot in which it is less.",
                Evidence = [.. last.Evidence(), .. at.Memory.AllocationsOf(method).Take(6)],
            },
        };
    }

    static double MadeASecond(Investigation at, string type) =>
        at.Memory.BytesByType.Heaviest.Where(b => at.Catalog.Names[b.Key] == type).Sum(b => b.Value) / at.Seconds;

    static MethodId MakerOf(Investigation at, string type) =>
        at.Memory.BytesByBoth.Heaviest.Where(b => !b.Key.Method.IsNone && at.Catalog.Names[b.Key.Type] == type).Select(b => b.Key.Method).FirstOrDefault();
}
