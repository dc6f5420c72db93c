// How a nettrace stream is to be read.
namespace Scope.Attach.Nettrace;

/// <summary>How to read a stream. The default suits a file.</summary>
public sealed record NettraceOptions
{
    /// <summary>Whether events are given in the order of time; otherwise in the order of the stream, which is by thread.</summary>
    public bool Sorted { get; init; } = true;

    /// <summary>
    /// For live streams: waits this many milliseconds and says whether <see cref="Stream.Read(byte[], int, int)"/> would return at once
    /// (data or the end). A socket has it as Poll. Without it a quiet stream holds its last events back until the next come.
    /// </summary>
    public Func<int, bool>? WaitForData { get; init; }

    /// <summary>
    /// How long a live stream must be silent between two blocks to be taken for having told all it had. The runtime writes
    /// what it has each 100 ms in one go, so a pause this long is the one between two such writes.
    /// </summary>
    public int IdleMillis { get; init; } = 30;

    /// <summary>Takes what was thrown at a block by a mistake of ours; those after it are read all the same. Without it what was thrown passes through.</summary>
    public Action<Exception>? SetAside { get; init; }

    /// <summary>Asked before each block: why the reading is to end here, or null.</summary>
    public Func<string?>? GivenUp { get; init; }
}
