// large-object-allocation: large arrays are made again and again, each of which only a full collection can free; told as
// large-response-buffering when they gather a whole answer or body in memory.
// Looks for: large objects as most of the bytes allocated, and full collections that follow.
// In: allocation samples with stacks; collections.
// Scores: by the share of time paused, and by the bytes.
// Culprit: the application's method that makes most of them.
// Refuted by: a start that fills its tables once (then the rate falls off).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds large objects that come and go.</summary>
internal sealed class LargeObjects : ICause
{
    const double MostOfTheBytes = 0.4;
    const double BytesPerSecond = 10e6; // A hundred arrays a second of the smallest size that counts as large.
    const int FewestFullCollections = 3;
    const double MostBuffering = 0.5;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var (memory, large) = (at.Memory, at.Memory.LargeBytes);
        if (large.Total < MostOfTheBytes * memory.BytesByType.Total || large.Total / at.Seconds < BytesPerSecond || memory.Collections[2] < FewestFullCollections) yield break;
        var byMethod = new Tally<MethodId>();
        foreach (var ((method, _), bytes) in large.Heaviest) byMethod.Add(method, bytes);
        var top = byMethod.Heaviest.Select(m => m.Key).FirstOrDefault(m => !m.IsNone);
        // A body that a client gathers is made when the last of it arrives, when nobody who asked for it is on the stack.
        if (byMethod.Share(default) >= MostBuffering && Gatherer(at, large) is { Method.IsNone: false } gatherer)
        {
            yield return Suspect(at, gatherer.Method, byMethod.Share(default), large.Total / at.Seconds, isBuffering: true, gatherer.How);
            yield break;
        }
        if (top.IsNone) yield break;
        var buffered = large.Heaviest.Where(l => l.Key.Method == top && l.Key.Callee is Callee.Buffering or Callee.Http).Sum(l => l.Value);
        yield return Suspect(at, top, byMethod.Share(top), large.Total / at.Seconds, isBuffering: buffered >= byMethod[top] * MostBuffering);
    }

    /// <summary>Who calls what gathers bodies on its own: the callers of the HTTP client on the route whose requests the objects are made for.</summary>
    static Culprit? Gatherer(Investigation at, Tally<(MethodId Method, Callee Callee)> large)
    {
        if (large[(default, Callee.Http)] < large.Total * MostOfTheBytes) return null;
        var routes = new Tally<NameId>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Allocation)), (EventId _, in ScopeEvent e) =>
        {
            if (at.Stacks.Of(e.Stack) is { Callee: Callee.Http, App.IsNone: true }) routes.Add(at.Requests.RouteOf(e.Flow), e.Value);
            return true;
        });
        return Culprits.CallerOf(at, routes.Top, Callee.Http);
    }

    static Suspicion Suspect(Investigation at, MethodId method, double share, double perSecond, bool isBuffering, string? how = null)
    {
        var memory = at.Memory;
        var type = Allocations.TypeOf(at, how is null ? method : default);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = isBuffering ? "large-response-buffering" : "large-object-allocation",
                Culprit = at.NameOf(method),
                Also = [type, .. Allocations.Others(at, method)],
                Severity = memory.PausedShare >= 0.3 ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(memory.AllocationsOf(method).Count, 2, 0.6 + 0.35 * share),
                Impact = Math.Max(memory.PausedShare, Severities.Hurts),
                Summary = $"{at.Place(method)} makes large objects ({type}), {Wording.Bytes(perSecond * share)} a second{(isBuffering ? ", to hold whole bodies in memory" : "")}. {memory.Collections[2]} full collections followed; the target stood still {Wording.Percent(memory.PausedShare)} of the time.",
                Advice = isBuffering
                    ? "Stream: copy from source to response in pieces (CopyToAsync, IAsyncEnumerable, JsonSerializer.SerializeAsync to the body, HttpCompletionOption.ResponseHeadersRead) instead of gathering all of it first."
                    : "Rent arrays (ArrayPool), reuse them, or keep pieces below 85,000 bytes: larger ones go to the large object heap, which only full collections clean.",
                Reasoning = how is not null ? $"The objects are made inside of the HTTP client, when the last of a body has come. Culprit: {how}. Refuted when the rate falls off after the start." : $"Culprit: the application's deepest frame on {Wording.Percent(share)} of the bytes of sampled large objects{(isBuffering ? ", most of them inside of calls that gather a whole body" : "")}. Refuted when the rate falls off after the start.",
                Evidence = [.. memory.AllocationsOf(method).Concat(memory.Pauses.Ids).Take(Limits.Evidence)],
            },
        };
    }
}
