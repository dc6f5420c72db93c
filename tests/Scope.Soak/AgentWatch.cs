// Looks on while an agent records into a spool: what it takes of memory and disk over time. What it seals is linked into a
// folder of our own as soon as it is sealed, so that it is still there to compare when the spool has let it go.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Scope.Soak;

/// <summary>What was seen at one moment.</summary>
/// <param name="Seconds">When, since the beginning.</param>
/// <param name="AgentBytes">The agent's resident memory; 0 while there is none.</param>
/// <param name="SpoolBytes">All that is in the spool.</param>
sealed record AgentSample(double Seconds, long AgentBytes, long SpoolBytes);

/// <summary>Watches until it is disposed.</summary>
sealed partial class AgentWatch : IAsyncDisposable
{
    const int LookMillis = 100;

    readonly string _spool;
    readonly string? _kept;
    readonly Stopwatch _clock;
    readonly List<AgentSample> _samples = [];
    readonly CancellationTokenSource _end = new();
    readonly Task _watching;

    /// <summary>Begins.</summary>
    /// <param name="spool">The spool that it records into.</param>
    /// <param name="kept">Where what is sealed is linked to; null for nowhere.</param>
    /// <param name="clock">Since when it runs.</param>
    public AgentWatch(string spool, string? kept, Stopwatch clock)
    {
        (_spool, _kept, _clock) = (spool, kept, clock);
        _watching = WatchAsync();
    }

    /// <summary>The agent that records now.</summary>
    public int AgentId { get; set; }

    /// <summary>What was seen so far.</summary>
    public IReadOnlyList<AgentSample> Samples => [.. _samples];

    /// <summary>Links what has been sealed and is not linked yet.</summary>
    public void Link()
    {
        if (_kept is null) return;
        foreach (var index in Files("*.idx"))
            foreach (var path in (string[])[Path.ChangeExtension(index.FullName, ".seg"), index.FullName])
            {
                var link = Path.Combine(_kept, Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileName(path));
                if (File.Exists(link)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(link)!);
                _ = MakeLink(path, link); // One that has just gone was linked before, as only what is long sealed goes.
            }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    async Task WatchAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(LookMillis));
        while (!_end.IsCancellationRequested)
        {
            Link();
            _samples.Add(new(_clock.Elapsed.TotalSeconds, MemoryOf(AgentId), Files("*").Sum(Length)));
            try
            {
                await pace.WaitForNextTickAsync(_end.Token);
            }
            catch (OperationCanceledException)
            {
                // That was the last look.
            }
        }
    }

    List<FileInfo> Files(string pattern)
    {
        try
        {
            return Directory.Exists(_spool) ? [.. new DirectoryInfo(_spool).EnumerateFiles(pattern, SearchOption.AllDirectories)] : [];
        }
        catch (IOException)
        {
            return []; // A recording has just gone; there is another look soon.
        }
    }

    static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>The resident memory of a process, bytes; 0 when it is gone.</summary>
    public static long MemoryOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmRSS:".Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string path, string link);
}
