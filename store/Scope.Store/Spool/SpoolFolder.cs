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
    const int LockRetryMillis = 10;

    readonly Lock _turn = new();
    readonly HashSet<string> _beingRead = [];
    volatile Dictionary<string, (DateTime Written, SpooledSegment? Segment)> _known = []; // An index is read once, and again when it was written anew.

    internal SpoolFolder(string path, SpoolLimits limits, IReadOnlyCollection<string> destinations) => (Path, Limits, Destinations) = (path, limits, destinations);

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
            if (FileFacts.FaultOfFolder(path) is not { } fault) return new(path, limits, destinations);
            problem = $"the spool cannot be used: {fault} Mend that, or name another folder in store.spool.folder";
            return null;
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

    /// <summary>How long another process may have its turn.</summary>
    internal int LockMillis { get; init; } = 10_000;

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
    public IReadOnlyList<SegmentDamage> Recover() => InTurn<IReadOnlyList<SegmentDamage>>(() => [.. Recordings().Where(r => !r.IsBeingWritten).SelectMany(Recover)]);

    /// <summary>Takes a recording for shipping that nobody writes any more and of which a destination lacks events, the oldest first; null when there is none, or others ship them. What its recorder left is put in order.</summary>
    /// <param name="destination">The tier.</param>
    /// <param name="wanted">Which ones, by their names.</param>
    /// <exception cref="IOException">The disk refused; try again.</exception>
    public SpoolShipping? TakeWaiting(string destination, Func<string, bool> wanted) => InTurn(() =>
    {
        foreach (var recording in Recordings().Where(r => !r.IsBeingWritten && r.IsAwaitedBy(destination) && wanted(r.Name)))
        {
            if (SpoolShipping.TryTake(this, recording.Name, destination) is not { } taken) continue;
            if (recording.Unsealed.Count > 0) Recover(recording);
            return taken;
        }
        return null;
    });

    /// <summary>Takes a recording for shipping, also one that is being written; null when somebody ships it.</summary>
    /// <exception cref="IOException">The disk refused, or there is no such recording.</exception>
    public SpoolShipping? TryTake(string recording, string destination) => InTurn(() => SpoolShipping.TryTake(this, recording, destination));

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

    static List<SegmentDamage> Recover(SpooledRecording recording)
    {
        var torn = recording.Unsealed.Select(Seal).OfType<SegmentDamage>().ToList();
        if (torn.Sum(d => d.EventsCut) is > 0 and var cut)
            recording.Book.WithLoss(SpoolBook.TornTail, EventTime.From(File.GetLastWriteTimeUtc(recording.Unsealed[^1])), EventTime.Now, cut, LossSource.Disk).Write(recording.Folder);
        SpoolWriting.Forget(recording.Folder);
        return torn;
    }

    /// <summary>Ends a segment in order; gives what of it could not be read.</summary>
    static SegmentDamage? Seal(string path) => SegmentRewrite.Run(path, static (EventId _, in ScopeEvent _) => true).Damage;

    /// <summary>Does something while no other process or thread does anything to the spool.</summary>
    internal void InTurn(Action work) => InTurn(() =>
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
        var path = System.IO.Path.Combine(Path, LockFile);
        for (var until = Environment.TickCount64 + LockMillis; ;)
        {
            try
            {
                return HeldFile.Open(path, FileMode.OpenOrCreate);
            }
            catch (IOException e) when (HeldFile.IsHold(e))
            {
                if (Environment.TickCount64 >= until) throw new IOException($"another scope-attach has held {path} for more than {LockMillis / 1000.0:0.#} s: it may be stopped or its disk very slow; when it goes on or ends, so does this", e);
                Thread.Sleep(LockRetryMillis); // The kernel tells nobody when another process has had its turn.
            }
        }
    }
}
