// The spool: a folder of recordings that wait to be shipped to other tiers. It is bounded, in bytes and in age; what has
// been shipped goes first, and of what has not, the oldest by what it is worth (SpoolBounds). All that it knows is on the
// disk, so after a restart it is as it was. Several processes may record into one spool; a lock lets them take turns.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>What a spool may hold.</summary>
/// <param name="Bytes">Bytes of all that is in it.</param>
/// <param name="AgeNanos">How old its oldest segment may be.</param>
public sealed record SpoolLimits(long Bytes, long AgeNanos = long.MaxValue);

/// <summary>A spool.</summary>
public sealed class SpoolFolder
{
    const string LockFile = "spool.lock";
    const int LockMillis = 10_000, LockRetryMillis = 10;

    readonly Lock _turn = new();
    readonly HashSet<string> _beingRead = [];
    volatile Dictionary<string, (DateTime Written, SpooledSegment? Segment)> _known = []; // An index is read once, and again when it was written anew.

    SpoolFolder(string path, SpoolLimits limits, IReadOnlyCollection<string> destinations) => (Path, Limits, Destinations) = (path, limits, destinations);

    /// <summary>Opens a spool, whose folder is made when missing; null with the reason when it cannot be had.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="limits">What it may hold.</param>
    /// <param name="destinations">The tiers that must have an event before it counts as shipped; with none, nothing ever does.</param>
    /// <param name="problem">Why not, and what to do.</param>
    public static SpoolFolder? TryOpen(string path, SpoolLimits limits, IReadOnlyCollection<string> destinations, out string? problem)
    {
        problem = null;
        try
        {
            if (!Directory.Exists(path)) RecordingFolder.Make(path);
            return new(path, limits, destinations);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"the spool {path}: {e.Message} Give access to it, or name another folder in store.spool.folder";
            return null;
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What it may hold.</summary>
    public SpoolLimits Limits { get; }

    /// <summary>The tiers that must have an event before it counts as shipped.</summary>
    public IReadOnlyCollection<string> Destinations { get; }

    /// <summary>Begins a recording; its writer writes into the folder that comes back.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="started">When the recording began.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public SpoolWriting Begin(string name, EventTime started) => InTurn(() => SpoolWriting.Begin(RecordingFolder.Create(Path, name, started)));

    /// <summary>The recordings in it, the oldest first.</summary>
    public IReadOnlyList<SpooledRecording> Recordings()
    {
        var seen = new Dictionary<string, (DateTime Written, SpooledSegment? Segment)>();
        SpooledSegment? SegmentOf(string path)
        {
            var written = File.GetLastWriteTimeUtc(SegmentIndexing.PathBeside(path));
            seen[path] = _known.TryGetValue(path, out var known) && known.Written == written ? known : known = (written, SpooledSegment.Of(path));
            return known.Segment;
        }
        var recordings = Directory.EnumerateDirectories(Path, "*" + RecordingFolder.Ending).Select(folder => SpooledRecording.Of(folder, SegmentOf)).OfType<SpooledRecording>().ToList();
        _known = seen;
        return [.. recordings.OrderBy(r => r.Segments.Count == 0 ? EventTime.Max : r.Segments[0].Earliest).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>A recording by its name; null when there is none.</summary>
    public SpooledRecording? Find(string name) => Recordings().FirstOrDefault(r => r.Name == name);

    /// <summary>Remembers that a destination has all events of a recording before one.</summary>
    /// <exception cref="IOException">The disk refused; they may come again, and the destination must know them.</exception>
    public void Shipped(string recording, string destination, EventId next) => InTurn(() =>
    {
        var folder = System.IO.Path.Combine(Path, recording);
        if (Directory.Exists(folder)) SpoolBook.Read(folder, out _).WithShipped(destination, next).Write(folder);
    });

    /// <summary>Ends in order what killed recorders left: a torn segment is cut at its last good frame. Gives the damages that were found.</summary>
    /// <exception cref="IOException">The disk refused; nothing is lost, try again.</exception>
    public IReadOnlyList<SegmentDamage> Recover() => InTurn<IReadOnlyList<SegmentDamage>>(() =>
    {
        var damages = new List<SegmentDamage>();
        foreach (var recording in Recordings().Where(r => !r.IsBeingWritten))
        {
            var torn = recording.Unsealed.Select(Seal).OfType<SegmentDamage>().ToList();
            damages.AddRange(torn);
            if (torn.Sum(d => d.EventsCut) is > 0 and var cut)
                recording.Book.WithLoss(SpoolBook.TornTail, EventTime.From(File.GetLastWriteTimeUtc(recording.Unsealed[^1])), EventTime.Now, cut, LossSource.Disk).Write(recording.Folder);
            SpoolWriting.Forget(recording.Folder);
        }
        return damages;
    });

    /// <summary>Brings the spool back within its limits; gives what had to go.</summary>
    /// <param name="now">What age is counted to.</param>
    /// <exception cref="IOException">The disk refused; try again.</exception>
    public SpoolCut Keep(EventTime now) => InTurn(() => new SpoolBounds(this, now).Apply());

    /// <summary>How it is doing.</summary>
    public SpoolStatus Status() => SpoolStatus.Of(this);

    /// <summary>A reader of a recording from its oldest event on, for a shipper; null when there is no such recording.</summary>
    /// <param name="recording">The recording's name.</param>
    /// <param name="catalog">Where dictionary entries go: an empty one, or, to go on under the same ids, the one that the destination has.</param>
    public SpoolFeed? Feed(string recording, Catalog catalog)
    {
        var folder = System.IO.Path.Combine(Path, recording);
        return Directory.Exists(folder) ? new(this, folder, catalog) : null;
    }

    /// <summary>Whether a feed of this process reads a segment right now.</summary>
    internal bool IsBeingRead(string segment)
    {
        lock (_beingRead) return _beingRead.Contains(segment);
    }

    /// <summary>Tells which segment a feed goes on with.</summary>
    internal void Reads(string? before, string? now)
    {
        lock (_beingRead)
        {
            if (before is not null) _beingRead.Remove(before);
            if (now is not null) _beingRead.Add(now);
        }
    }

    /// <summary>Ends a segment in order; gives what of it could not be read.</summary>
    static SegmentDamage? Seal(string path) => SegmentRewrite.Run(path, static (EventId _, in ScopeEvent _) => true).Damage;

    void InTurn(Action work) => InTurn(() =>
    {
        work();
        return true;
    });

    T InTurn<T>(Func<T> work)
    {
        lock (_turn)
        {
            using var held = TakeLock();
            return work();
        }
    }

    FileStream TakeLock()
    {
        for (var until = Environment.TickCount64 + LockMillis; ;)
        {
            try
            {
                return new(System.IO.Path.Combine(Path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && Environment.TickCount64 < until)
            {
                new ManualResetEventSlim().Wait(LockRetryMillis); // Another process has its turn.
            }
        }
    }
}
