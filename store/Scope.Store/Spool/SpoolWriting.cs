// Who writes a recording in the spool holds a file in it: so after a restart it is known what is still written and what
// was broken off.
namespace Scope.Store.Spool;

/// <summary>A recording in the spool while it is written. Dispose it when its writer has ended.</summary>
public sealed class SpoolWriting : IDisposable
{
    /// <summary>The file that is held; it is no part of the recording.</summary>
    internal const string FileName = "writing";

    readonly FileStream _held;

    SpoolWriting(string folder, FileStream held) => (Folder, _held) = (folder, held);

    /// <summary>The recording's folder.</summary>
    public string Folder { get; }

    /// <summary>Begins to write in a folder.</summary>
    /// <exception cref="IOException">The disk refused, or somebody writes there.</exception>
    internal static SpoolWriting Begin(string folder) => new(folder, HeldFile.Open(Path.Combine(folder, FileName), FileMode.CreateNew));

    /// <summary>Whether somebody who lives writes in a folder.</summary>
    internal static bool IsHeld(string folder) => HeldFile.IsHeld(Path.Combine(folder, FileName));

    /// <summary>Takes away what a dead writer left.</summary>
    internal static void Forget(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public void Dispose() => HeldFile.LetGo(_held);
}
