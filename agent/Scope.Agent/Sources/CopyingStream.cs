// Keeps a copy of a session's bytes on disk while they are read: --keep-nettrace. A disk that refuses ends the copy, not
// the recording.
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Passes reads through and writes what was read to a file.</summary>
sealed class CopyingStream(Stream source, Stream copy) : OneWayStream
{
    bool _refused;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        if (_refused) return count;
        try
        {
            copy.Write(buffer[..count]);
        }
        catch (IOException e)
        {
            _refused = true;
            Console.Error.WriteLine($"scope-attach: the copy of the stream ends here, the recording goes on: {e.Message}");
        }
        return count;
    }
}
