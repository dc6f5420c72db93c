// What a stage of ours could do nothing with, beside the recording, for who mends the mistake: a line of JSON for each event,
// with the stage, the error and the event's 64 bytes. These hold numbers and handles; the texts are in the recording, where
// secrets were taken out of them. For its owner only, and within a bound.
using System.Runtime.InteropServices;
using System.Text.Json;
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>The dead letters of one recording. For one thread.</summary>
/// <param name="folder">The recording's folder.</param>
public sealed class DeadLetters(string folder)
{
    /// <summary>The file.</summary>
    public const string FileName = "dead-letters.jsonl";

    int _kept;

    /// <summary>Keeps an event; past the bound, and where the disk refuses, it is only counted by who asks.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="e">The event.</param>
    /// <param name="error">What the stage said.</param>
    public void Add(string stage, in ScopeEvent e, Exception error)
    {
        if (++_kept > Limits.DeadLetters) return;
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<ScopeEvent>(in e)).ToArray();
        var line = JsonSerializer.SerializeToUtf8Bytes(new { time = e.Time.ToString(), stage, kind = e.Kind.ToString(), error = error.ToString(), bytes });
        try
        {
            using var file = OwnerFile.Append(Path.Combine(folder, FileName));
            file.Write([.. line, (byte)'\n']);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The disk is full or gone: the ledger tells that it is lost.
        }
    }
}
