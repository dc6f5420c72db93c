// A snapshot for a terminal: what is stuck first, then groups of equal stacks, then the heap and what holds it.
using Scope.Code;
using Scope.Events.Snapshots;
using Scope.Insight;

namespace Scope.Agent;

/// <summary>Writes a snapshot as text.</summary>
static class SnapshotText
{
    const int Groups = 12, Frames = 12, Types = 15, Chains = 12;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter into, Snapshot s, Diagnosis diagnosis, string folder)
    {
        into.WriteLine($"Process {s.Pid} stood still for {s.PauseNanos / 1e6:F0} ms ({s.EstimateNanos / 1e6:F0} were expected{(s.Attempts > 1 ? $", {s.Attempts} attempts" : "")}) at {s.Time}; {s.Level.ToString().ToLowerInvariant()}, {Bytes(s.CopiedBytes)} copied, worked out in {s.AnalysisNanos / 1e9:F1} s.");
        foreach (var gap in s.Missing) into.WriteLine($"Missing: {gap.Part}: {gap.Why}{(gap.Mend.Length > 0 ? $" ({gap.Mend})" : "")}");
        foreach (var finding in diagnosis.Findings) into.WriteLine($"{Environment.NewLine}{finding.Cause}: {finding.Culprit}  ({finding.Severity.ToString().ToLowerInvariant()}, {finding.Confidence:P0} sure){Environment.NewLine}  {finding.Summary}{Environment.NewLine}  {finding.Advice}");
        WriteWaits(into, s);
        WriteThreads(into, s);
        WriteAsync(into, s);
        WritePool(into, s);
        WriteHeap(into, s);
        into.WriteLine();
        into.WriteLine(Path.GetFullPath(folder));
    }

    static void WriteWaits(TextWriter into, Snapshot s)
    {
        foreach (var cycle in s.Waits.Cycles)
        {
            into.WriteLine($"{Environment.NewLine}Circle of waits:");
            foreach (var node in cycle.Nodes)
            {
                var edge = s.Waits.Edges.First(e => e.From == node && cycle.Nodes.Contains(e.To));
                into.WriteLine($"  {Node(s, s.Waits.Nodes[node])} {edge.Text} {Node(s, s.Waits.Nodes[edge.To])}");
            }
        }
        var wanted = s.Locks.Where(l => l.Waiters.Count + l.AsyncWaiters > 0).OrderByDescending(l => l.Waiters.Count + l.AsyncWaiters).ToList();
        if (wanted.Count > 0) into.WriteLine($"{Environment.NewLine}Locks that are waited for:");
        foreach (var l in wanted.Take(Groups))
            into.WriteLine($"  {LockName(l)}: {l.Waiters.Count + l.AsyncWaiters} wait, {(l.Owner >= 0 ? $"held by {ThreadName(s.Threads[l.Owner])}" : l.Kind == LockKind.Semaphore ? $"{l.Count} may enter" : "its holder is not known")}");
    }

    static void WriteThreads(TextWriter into, Snapshot s)
    {
        into.WriteLine($"{Environment.NewLine}{s.Threads.Count} threads, by equal stack:");
        foreach (var group in s.ThreadGroups.Take(Groups))
        {
            var names = group.Select(ThreadName).ToList();
            into.WriteLine($"  {names.Count} × {string.Join(", ", names.Take(4))}{(names.Count > 4 ? " …" : "")}{(group.First().Wait is { } wait ? $"  [{wait.Kind.ToString().ToLowerInvariant()}]" : "")}");
            var frames = s.Stacks[group.Key].Frames;
            foreach (var frame in frames.Take(Frames)) into.WriteLine($"      {MethodName(s, frame.Method)}");
            if (frames.Count > Frames) into.WriteLine($"      … {frames.Count - Frames + s.Stacks[group.Key].Cut} more");
        }
    }

    static void WriteAsync(TextWriter into, Snapshot s)
    {
        if (s.AsyncChains.Count == 0) return;
        into.WriteLine($"{Environment.NewLine}{s.AsyncChains.Sum(c => c.Count)} async calls under way, by equal chain:");
        foreach (var chain in s.AsyncChains.Take(Chains))
        {
            var held = chain.RootHeld >= 0 && chain.RootHeld < chain.Count ? "; nobody is left who could complete it" : "";
            into.WriteLine($"  {chain.Count} × waiting for {chain.Root.ToString().ToLowerInvariant()} {chain.RootType}{held}{(chain.GoesOnIn.Length > 0 ? $"; goes on only in {chain.GoesOnIn}" : "")}");
            foreach (var frame in chain.Frames.Take(Frames)) into.WriteLine($"      {MethodName(s, frame.Method)}, at await {frame.State + 1}");
            if (chain.End == AsyncEndKind.BlockedThread) into.WriteLine($"      a thread blocks until its end{(chain.BlockedThreads.Count > 0 ? ": " + ThreadName(s.Threads[chain.BlockedThreads[0]]) : "")}");
        }
    }

    static void WritePool(TextWriter into, Snapshot s)
    {
        into.WriteLine();
        if (s.Pool is { } pool)
        {
            into.WriteLine($"Pool: {pool.BusyWorkers} of {pool.Workers} workers busy (goal {pool.GoalWorkers}, {pool.MinWorkers} to {pool.MaxWorkers}), {pool.QueueLength} queued");
            foreach (var work in pool.Queued.Take(Groups)) into.WriteLine($"  {work.Count} × {(work.Method >= 0 ? MethodName(s, work.Method) : work.Type)}");
        }
        if (s.Finalizer is { } finalizer) into.WriteLine($"Finalizer: {(finalizer.IsBusy ? "inside of a finalizer" : "idle")}, {finalizer.QueueLength} objects wait{(finalizer.Queue.Count > 0 ? $", mostly {finalizer.Queue[0].Type}" : "")}");
        foreach (var timer in s.Timers.Take(Groups)) into.WriteLine($"Timers: {timer.Count} × {(timer.Method >= 0 ? MethodName(s, timer.Method) : timer.State)}{(timer.PeriodMillis > 0 ? $" each {timer.PeriodMillis} ms" : "")}");
        foreach (var exception in s.Exceptions.Take(Groups)) into.WriteLine($"Exceptions alive: {exception.Count} × {exception.Type}");
    }

    static void WriteHeap(TextWriter into, Snapshot s)
    {
        if (s.Heap is not { } heap) return;
        into.WriteLine($"{Environment.NewLine}Heap: {Bytes(heap.Bytes)} in {heap.Objects:N0} objects{(heap.LiveBytes >= 0 ? $", {Bytes(heap.LiveBytes)} alive" : "")}, {Bytes(heap.FreeBytes)} free between them");
        foreach (var type in heap.Types.Take(Types)) into.WriteLine($"  {Bytes(type.Bytes),10} {type.Count,12:N0}  {type.Name}");
        if (s.Holders.Count > 0) into.WriteLine($"{Environment.NewLine}What holds it:");
        foreach (var holder in s.Holders.Take(Groups))
            into.WriteLine($"  {Bytes(holder.RetainedBytes),10}  {holder.Kind.ToString().ToLowerInvariant()} {(holder.Name.Length > 0 ? holder.Name : holder.Root)}: {holder.Elements:N0} × {holder.ElementType}");
        foreach (var known in s.Known.Where(k => k.Count > 0).Take(Groups))
            into.WriteLine($"{known.Kind}: {known.Count} × {known.Type}{string.Concat(known.Numbers.Select(n => $", {n.Name} {n.Value}"))}{(known.Holders.Count > 0 ? $"; held by {known.Holders[0].Field}" : "")}");
        if (s.DuplicateStrings is { } strings) into.WriteLine($"Equal strings: {Bytes(strings.WastedBytes)} of {Bytes(strings.Bytes)} are repetitions{(strings.Largest.Count > 0 ? $", most by {strings.Largest[0].Field} ({strings.Largest[0].Copies} copies of {strings.Largest[0].Chars} characters)" : "")}");
    }

    static string Node(Snapshot s, WaitNode node) => node.Kind switch
    {
        WaitNodeKind.Thread => ThreadName(s.Threads[node.Index]),
        WaitNodeKind.Lock => LockName(s.Locks[node.Index]),
        _ => $"async {MethodName(s, s.AsyncChains[node.Index].Frames[0].Method)}",
    };

    static string ThreadName(SnapshotThread t) => t.Name.Length > 0 ? $"{t.Name} ({t.OsId})" : $"thread {t.OsId}";

    static string LockName(SnapshotLock l) => $"{l.Kind.ToString().ToLowerInvariant()} {(l.Field.Length > 0 ? l.Field : $"{l.Type} at {l.Object:x}")}";

    static string MethodName(Snapshot s, int place) => place < 0 ? "?" : WrittenName.Of(s.Methods[place].Type, s.Methods[place].Name).Full;

    static string Bytes(long bytes) => bytes >= 10 << 20 ? $"{bytes >> 20} MB" : $"{bytes / 1024.0:F1} KB";
}
