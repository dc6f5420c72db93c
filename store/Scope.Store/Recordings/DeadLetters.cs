// What stages of ours could do nothing with, beside the recording, for who mends the mistake: a line of JSON for each letter. For
// its owner only, within a bound, and without secrets.
using System.Text.Json;
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Store.Recordings;

/// <summary>The dead letters of one recording. Safe for any number of threads.</summary>
/// <param name="folder">The recording's folder.</param>
/// <param name="redactor">Takes secrets out of what errors say.</param>
public sealed class DeadLetters(string folder, Redactor redactor)
{
    /// <summary>The file.</summary>
    public const string FileName = "dead-letters.jsonl";

    readonly Lock _lock = new();
    readonly HashSet<(string Stage, string Kind)> _told = [];
    int _kept;

    /// <summary>Keeps a letter; past the bound, and where the disk refuses, what it is about is only counted by who asks.</summary>
    /// <returns>What to tell people, in a sentence; null where one of its stage and kind was kept before.</returns>
    public string? Add(DeadLetter letter)
    {
        lock (_lock)
        {
            if (++_kept > Limits.DeadLetters) return null;
            Write(letter);
            return _told.Add((letter.Stage, letter.Kind)) ? $"a mistake of ours, please report it: {letter.Stage} failed at {letter.Kind} ({letter.Error.GetType().Name}: {redactor.Redact(letter.Error.Message)}); it is set aside in {FileName}, and counted as lost" : null;
        }
    }

    void Write(DeadLetter letter)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new { time = letter.Time.ToString(), stage = letter.Stage, kind = letter.Kind, error = redactor.Redact(letter.Error.ToString()), bytes = letter.Bytes });
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
