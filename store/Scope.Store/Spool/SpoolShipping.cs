// Who ships a recording that nobody writes any more holds a file in it, as who writes one does: of several that find it in
// the spool one ships it, and when that one dies another may.
using Scope.Events;

namespace Scope.Store.Spool;

/// <summary>A recording in the spool while it is shipped to a destination. Dispose it when that is done or given up.</summary>
public sealed class SpoolShipping : IDisposable
{
    const string FileName = "shipping";

    readonly SpoolFolder _spool;
    readonly string _destination;
    readonly FileStream _held;

    SpoolShipping(SpoolFolder spool, string recording, string destination, FileStream held) => (_spool, Recording, _destination, _held) = (spool, recording, destination, held);

    /// <summary>The recording's name.</summary>
    public string Recording { get; }

    /// <summary>Takes a recording, in the spool's turn; null when somebody ships it.</summary>
    internal static SpoolShipping? TryTake(SpoolFolder spool, string recording, string destination)
    {
        try
        {
            return new(spool, recording, destination, HeldFile.Open(Path.Combine(spool.Path, recording, FileName), FileMode.OpenOrCreate));
        }
        catch (IOException e) when (HeldFile.IsHold(e))
        {
            return null;
        }
    }

    /// <summary>Opens a feed of it; see <see cref="SpoolFolder.Feed"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">It has gone, as its room was wanted.</exception>
    public SpoolFeed Feed(Catalog catalog) => _spool.Feed(Recording, catalog) ?? throw new DirectoryNotFoundException($"the spool {_spool.Path} has let {Recording} go");

    /// <summary>Remembers that the destination has all events before one.</summary>
    /// <exception cref="IOException">The disk refused; they may come again, and the destination must know them.</exception>
    public void Shipped(EventId next) => _spool.Shipped(Recording, _destination, next);

    /// <inheritdoc/>
    public void Dispose() => _spool.InTurn(() => HeldFile.LetGo(_held)); // In turn, so that nobody takes a file that is about to go.
}
