// What a destination refuses for good is set aside, whole, so that what comes after it is shipped: beside the recording that it is
// of, as a recording of its own, whose events have the ids that they have there. So it is bounded, read and shipped as any other,
// once somebody has mended what it was refused for.
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Spool;

/// <summary>What was refused of one recording and waits for people.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Events">How many events.</param>
/// <param name="Why">What the destination said to the last of them.</param>
public sealed record SetAside(string Folder, long Events, string Why)
{
    // No recording that is begun is called so: in its name an underline stands alone.
    const string Beginning = "refused__";

    /// <summary>In a line, for people.</summary>
    public override string ToString() => $"{Events:N0} events were refused for good ({Why}) and are set aside: once that is mended, scope-attach store ship {Folder} brings them";

    /// <summary>Whether a recording is what was set aside of another.</summary>
    public static bool Is(string recording) => recording.StartsWith(Beginning, StringComparison.Ordinal);

    /// <summary>Where what is refused of a recording goes.</summary>
    internal static string FolderOf(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, Beginning + Path.GetFileName(folder));

    /// <summary>What waits beside a recording; null when nothing does.</summary>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="destination">What has not come there.</param>
    internal static SetAside? Of(string folder, string destination) => At(FolderOf(folder), destination);

    /// <summary>What waits in a folder in which recordings are made, or in a spool.</summary>
    /// <param name="directory">That folder.</param>
    /// <param name="destination">What has not come there.</param>
    public static IReadOnlyList<SetAside> In(string directory, string destination) => !Directory.Exists(directory) ? []
        : [.. Directory.EnumerateDirectories(directory, Beginning + "*" + RecordingFolder.Ending).Order(StringComparer.Ordinal).Select(folder => At(folder, destination)).OfType<SetAside>()];

    /// <summary>Remembers that a destination has all events before one of what was set aside.</summary>
    /// <exception cref="IOException">The disk refused; they may be shipped again, and the destination knows them.</exception>
    public static void Shipped(string folder, string destination, EventId next) => SpoolBook.Read(folder, out _).WithShipped(destination, next).Write(folder);

    static SetAside? At(string folder, string destination)
    {
        if (!Directory.Exists(folder) || SpooledRecording.Of(folder, SpooledSegment.Of) is not { } recording) return null;
        var next = recording.Book.ShippedTo([destination]);
        return recording.Segments.Sum(segment => segment.EventsFrom(next)) is > 0 and var events && RecordingInfo.TryRead(folder, out var info) is null
            ? new(folder, events, info.Notes.LastOrDefault("")) : null;
    }
}
