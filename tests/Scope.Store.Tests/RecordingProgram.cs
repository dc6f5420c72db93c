// A process that records until it is killed, which is what some tests start it for:
// dotnet Scope.Store.Tests.dll FOLDER POLICY [spool]. It says what it acknowledged, line by line.
using System.Diagnostics;
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests;

static class RecordingProgram
{
    /// <summary>What its events are made from.</summary>
    public const int Seed = 77;

    /// <summary>The argument that makes the folder a spool.</summary>
    public const string InSpool = "spool";

    const string Word = "acknowledged ";
    const int EventsAtOnce = 200, PauseMillis = 5;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60); // It should not outlive a test that could not kill it.

    /// <summary>How many events it has acknowledged, by what it said so far.</summary>
    public static long Acknowledged(string output) => output.Split('\n') is [.., { Length: > 0 } last] ? long.Parse(last[Word.Length..]) : 0;

    static int Main(string[] arguments)
    {
        var history = new RandomHistory(Seed);
        var hot = new HotIndex(history.Catalog, new Ledger());
        using var writing = arguments is [_, _, InSpool] ? SpoolFolder.TryOpen(arguments[0], new(long.MaxValue), [], out _)!.Begin("killed", EventTime.Now) : null;
        using var writer = RecordingWriter.Start(writing?.Folder ?? arguments[0], new(), history.Catalog, new Ledger(), hot.Read, SyncPolicies.Of(arguments[1]));
        var told = 0L;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Longest; Thread.Sleep(PauseMillis))
        {
            foreach (var e in history.Events(EventsAtOnce)) hot.Append(e);
            if (writer.Status.Acknowledged is var acknowledged && acknowledged > told) Console.WriteLine($"{Word}{told = acknowledged}");
        }
        return 0;
    }
}
