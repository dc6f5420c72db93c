// Finds processes as they appear. Reading all of one takes a millisecond (its maps tell whether it is .NET), so each is read
// once and then known by pid, start and command; one that has only begun is read until its runtime is there or it is clear
// that none comes.
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>A process that fits a pattern.</summary>
/// <param name="Process">The process.</param>
/// <param name="Pattern">The number of the first pattern that fits, from 0.</param>
public readonly record struct FoundProcess(DotnetProcess Process, int Pattern);

/// <summary>Looks for processes again and again.</summary>
/// <param name="patterns">Which ones.</param>
public sealed class ProcessFinder(IReadOnlyList<ProcessPattern> patterns)
{
    const long StartsWithinNanos = 30_000_000_000; // A script before it runs its program, a runtime before it opens its socket.

    readonly Dictionary<int, (long Start, string Command)> _known = [];

    /// <summary>Those that fit, were not taken and may be attached to; and those that fit and may not, which say why.</summary>
    public IReadOnlyList<FoundProcess> Look()
    {
        var found = new List<FoundProcess>();
        var seen = new HashSet<int>();
        foreach (var pid in ProcFs.Pids())
        {
            if (pid == Environment.ProcessId || ProcFs.Stat(pid) is not { } stat) continue;
            seen.Add(pid);
            if (_known.TryGetValue(pid, out var known) && known == (stat.StartTicks, stat.Command)) continue;
            if (Judge(pid, stat) is { } fits) found.Add(fits);
        }
        foreach (var gone in _known.Keys.Where(pid => !seen.Contains(pid)).ToList()) _known.Remove(gone);
        return found;
    }

    /// <summary>A process is in good hands: it is not found again.</summary>
    public void Take(int pid)
    {
        if (ProcFs.Stat(pid) is { } stat) _known[pid] = (stat.StartTicks, stat.Command);
    }

    /// <summary>A process that was taken may be found again.</summary>
    public void GiveBack(int pid) => _known.Remove(pid);

    FoundProcess? Judge(int pid, ProcStat stat)
    {
        if (ProcessFacts.Read(pid) is not { } facts) return null;
        var pattern = -1;
        for (var i = 0; i < patterns.Count && pattern < 0 && facts.Dotnet != DotnetSign.None; i++)
            if (patterns[i].Fits(facts)) pattern = i;
        var isNew = EventTime.Now - BootClock.At(stat.StartTicks) < StartsWithinNanos;
        if (pattern >= 0 && ProcessList.LooksLikeDotnet(facts)) return isNew && facts.SocketPath is null ? null : new(ProcessList.Describe(facts), pattern);
        if (!isNew) _known[pid] = (stat.StartTicks, stat.Command);
        return null;
    }
}
