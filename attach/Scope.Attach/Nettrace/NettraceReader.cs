// Reads a nettrace stream, of a live process or a file, and tells a sink what it says, event by event. In steps:
//   1. the first bytes tell which framing it has: objects (versions 3 to 5) or blocks (version 6);
//   2. the framing finds the next block and waits until it is whole in the window;
//   3. the block's own decoder reads it where it lies;
//   4. events go to the sorter, or at once to the sink;
//   5. between blocks of a live stream, silence means that the target has told all it had: what waits goes out.
// The first thing that cannot be ends the reading, with its offset; all before it has been given.
namespace Scope.Attach.Nettrace;

/// <summary>Reads nettrace streams of versions 3 to 6.</summary>
public static class NettraceReader
{
    /// <summary>Reads a stream to its end and says how it ended. Does not throw for what the stream holds; what the sink throws passes through, unless <see cref="NettraceOptions.SetAside"/> takes it.</summary>
    public static NettraceOutcome Read(Stream stream, INettraceSink sink, NettraceOptions? options = null)
    {
        var decoder = new StreamDecoder(stream, sink, options ?? new());
        try
        {
            decoder.Run();
            return decoder.Outcome();
        }
        finally
        {
            decoder.Release();
        }
    }
}
