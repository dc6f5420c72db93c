// The files of a target's modules that are open: a bounded number kept. They lie on the target's disk, which may be a network's:
// while it answers slowly they are left alone for longer and longer, so that methods go without their lines for a while
// instead of every diagnosis waiting for file after file. A file at which our reading fails is not asked again.
using System.Diagnostics;
using Scope.Events;

namespace Scope.Code;

/// <summary>Opened files of one sort. For one thread at a time.</summary>
/// <param name="files">How files of targets are seen from here.</param>
/// <param name="open">Opens the file under a path that we see, or says why not.</param>
sealed class ModuleFiles<T>(TargetFiles files, Func<string, (T? File, string Problem)> open) : IDisposable where T : class, IDisposable
{
    readonly Dictionary<(int Pid, string Path), (T? File, string Problem)> _opened = [];
    readonly CircuitBreaker _breaker = new(firstPauseMillis: 60_000, longestPauseMillis: 3_600_000); // A try may take seconds.

    /// <summary>Why they are left alone; null while all is well.</summary>
    public Failing? Failing => _breaker.Now;

    /// <summary>What a file of a target answers; nothing, with the reason, when there is none that can be asked.</summary>
    public TAnswer? Ask<TAnswer>(int pid, string path, Func<T, TAnswer?> ask, out string problem)
    {
        if (_breaker.Resting is { } resting)
        {
            problem = $"the files of modules are left alone: {resting}";
            return default;
        }
        var begun = Stopwatch.GetTimestamp();
        var answer = AskNow((pid, path), ask, out problem);
        if (Stopwatch.GetElapsedTime(begun) is { TotalMilliseconds: > Limits.SlowFileMillis } took) _breaker.Failed($"{path} took {took.TotalSeconds:0.0} s");
        else if (_breaker.Now is not null) _breaker.Worked();
        return answer;
    }

    TAnswer? AskNow<TAnswer>((int Pid, string Path) which, Func<T, TAnswer?> ask, out string problem)
    {
        try
        {
            if (!_opened.TryGetValue(which, out var opened)) opened = Open(which);
            problem = opened.File is null ? opened.Problem : "";
            return opened.File is { } file ? ask(file) : default;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            problem = $"{which.Path} cannot be read: {bug.Message}";
            if (_opened.Remove(which, out var opened)) opened.File?.Dispose();
            _opened[which] = (null, problem);
            return default;
        }
    }

    (T? File, string Problem) Open((int Pid, string Path) which)
    {
        if (_opened.Count >= Limits.OpenPdbs) Dispose();
        return _opened[which] = files.Find(which.Pid, which.Path) is { } seen ? open(seen) : (null, $"{(which.Path.Length == 0 ? "the module" : which.Path)} is not on this machine");
    }

    /// <summary>Closes them all.</summary>
    public void Dispose()
    {
        foreach (var (file, _) in _opened.Values) file?.Dispose();
        _opened.Clear();
    }
}
