// Whether two tiers of one recording number their dictionaries alike. What is shipped straight from the recorder does, and then
// also spans without any identity are the same in both; a recording that was opened again numbers in the order of first use.
using Scope.Events;

namespace Scope.Store.Query.Merge;

static class Numbering
{
    const int Samples = 4096;

    /// <summary>Whether whatever both know has the same number in both. False also when there is nothing that could tell.</summary>
    public static bool IsAlike(Catalog a, Catalog b)
    {
        var told = 0;
        return All(Math.Min(a.Names.LastId, b.Names.LastId), i => a.Names[new(i)] == b.Names[new(i)])
            && All(Math.Min(a.Threads.LastId, b.Threads.LastId), i => a.Threads.OsIdOf(new(i)) == b.Threads.OsIdOf(new(i)))
            && All(Math.Min(a.Methods.LastId, b.Methods.LastId), i => a.Methods[new(i)]!.FullName == b.Methods[new(i)]!.FullName)
            && Sampled(Math.Min(a.Flows.LastId, b.Flows.LastId), i => (a.Flows[new FlowId(i)], b.Flows[new FlowId(i)]) is var (x, y) && (x == y || x == 0 || y == 0))
            && Sampled(Math.Min(a.Spans.LastId, b.Spans.LastId), i => (a.Spans[new SpanId(i)], b.Spans[new SpanId(i)]) is var (x, y) && (x == y || x == default || y == default))
            && told > 0;

        bool All(int last, Func<int, bool> isSame)
        {
            told += last;
            for (var i = 1; i <= last; i++) if (!isSame(i)) return false;
            return true;
        }

        static bool Sampled(int last, Func<int, bool> isSame)
        {
            for (var i = last; i > 0; i -= Math.Max(1, last / Samples)) if (!isSame(i)) return false;
            return true;
        }
    }
}
