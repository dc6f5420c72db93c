// Where a recording goes: into a new folder below output.folder, which is the user's and stays as it is, or, where
// store.spool.folder names one, into the spool, which is kept within its bounds while we record into it.
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent;

/// <summary>The folder of one recording, from its beginning to its end.</summary>
sealed class RecordingPlace : IDisposable
{
    /// <summary>The spool's name for the database that it is shipped to.</summary>
    public const string Warm = FolderShipper.Destination;

    readonly SpoolFolder? _spool;
    readonly SpoolWriting? _writing;
    readonly SpoolKeeping? _keptBy;
    readonly bool _isShipped;
    SpoolKeeping? _keeping;
    string? _left;

    RecordingPlace(string folder) => Folder = folder;

    RecordingPlace(SpoolWriting writing, SpoolFolder spool, RecorderSettings settings) : this(writing.Folder) =>
        (_writing, _spool, _keptBy, _isShipped) = (writing, spool, settings.SpoolKeptBy, settings.Warm is not null);

    /// <summary>The recording's folder.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder of a new recording.</summary>
    public static RecordingPlace Make(RecorderSettings settings, string name)
    {
        RestoredMark.RemoveExpired(settings.OutputFolder, EventTime.Now, []); // Copies out of an archive go without anybody having to think of them.
        if (settings.Spool is not { } bounds) return new(MakeFolder(settings.OutputFolder, name));
        var spool = SpoolFolder.TryOpen(bounds.Folder, bounds.Limits, [Warm], out var problem) ?? throw new UserError(ExitCode.BadArgument, problem!);
        var left = settings.SpoolKeptBy is null ? SpoolKeeping.Recover(spool) : null;
        return new(spool.Begin(name, EventTime.Now), spool, settings) { _left = left };
    }

    static string MakeFolder(string directory, string name)
    {
        try
        {
            return RecordingFolder.Create(directory, name, EventTime.Now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"no recording can be made in {directory}: {e.Message} -o names another folder");
        }
    }

    /// <summary>Begins to keep the spool within its bounds; where there is none, or somebody keeps it, nothing.</summary>
    /// <param name="note">Is told what keeps it from that.</param>
    public void Keep(Action<string> note)
    {
        if (_left is not null) note(_left);
        if (_spool is not null && _keptBy is null) _keeping = new(_spool, _isShipped, note);
    }

    /// <summary>How much of the spool's bound is taken, by the last look, by what the database has not got; 0 where nothing is shipped.</summary>
    public double SpoolFill => (_keptBy ?? _keeping)?.Fill ?? 0;

    /// <summary>A feed of the recording for the database.</summary>
    public SpoolFeed Feed(Catalog catalog) => _spool?.Feed(Path.GetFileName(Folder), catalog) ?? SpoolFeed.Of(Folder, catalog, () => !_isWritten);
    volatile bool _isWritten;

    /// <summary>The recording is on the disk whole.</summary>
    public void Written() => _isWritten = true;

    /// <summary>The database has all events before one; the spool need not keep them.</summary>
    public void Shipped(EventId next)
    {
        try
        {
            _spool?.Shipped(Path.GetFileName(Folder), Warm, next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The spool keeps them longer, and is told again with the next ones.
        }
    }

    /// <summary>Takes a recording for shipping that others left in the spool, of those that are wanted by their names; null when there is none.</summary>
    public SpoolShipping? TakeLeft(Func<string, bool> wanted) => _spool?.TakeWaiting(Warm, wanted);

    /// <summary>Takes a recording that is shipped by hand; null where it is not in the spool.</summary>
    public static SpoolShipping? TakeByHand(SpoolSettings settings, string recording)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(recording));
        if (settings.Folder.Length == 0 || Path.GetDirectoryName(folder) != Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Folder))) return null;
        if (SpoolFolder.TryOpen(settings.Folder, SpoolStatusText.LimitsOf(settings), [Warm], out var problem) is not { } spool) throw new UserError(ExitCode.NotPossible, problem!);
        return spool.TryTake(Path.GetFileName(folder), Warm) ?? throw new UserError(ExitCode.NotPossible, $"another scope-attach ships {recording} right now; store status says how far it is");
    }

    /// <summary>Takes the folder away: nothing was recorded.</summary>
    public void Remove() => Directory.Delete(Folder, recursive: true);

    /// <summary>Says that nobody writes here any more.</summary>
    public void Dispose()
    {
        _keeping?.Dispose();
        _writing?.Dispose();
    }
}
