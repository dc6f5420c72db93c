// Where a recording goes: into a new folder below output.folder, which is the user's and stays as it is, or, where
// store.spool.folder names one, into the spool, which is kept within its bounds while we record into it.
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent;

/// <summary>The folder of one recording, from its beginning to its end.</summary>
sealed class RecordingPlace : IDisposable
{
    /// <summary>The spool's name for the database that it is shipped to.</summary>
    public const string Warm = "warm";

    static readonly TimeSpan KeepEach = TimeSpan.FromSeconds(5);

    readonly SpoolFolder? _spool;
    readonly SpoolWriting? _writing;
    readonly CancellationTokenSource _end = new();
    Task _keeping = Task.CompletedTask;

    readonly bool _isShipped;

    RecordingPlace(string folder, bool isShipped, SpoolFolder? spool = null, SpoolWriting? writing = null) => (Folder, _isShipped, _spool, _writing) = (folder, isShipped, spool, writing);

    /// <summary>The recording's folder.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder of a new recording.</summary>
    public static RecordingPlace Make(RecorderSettings settings, string name)
    {
        RestoredMark.RemoveExpired(settings.OutputFolder, EventTime.Now, []); // Copies out of an archive go without anybody having to think of them.
        if (settings.Spool is not { } bounds) return new(RecordingFolder.Create(settings.OutputFolder, name, EventTime.Now), isShipped: false);
        var spool = SpoolFolder.TryOpen(bounds.Folder, bounds.Limits, [Warm], out var problem) ?? throw new UserError(ExitCode.BadArgument, problem!);
        var left = Recover(spool);
        var writing = spool.Begin(name, EventTime.Now);
        return new(writing.Folder, settings.Warm is not null, spool, writing) { _left = left };
    }

    /// <summary>Begins to keep the spool within its bounds; where there is none, nothing.</summary>
    /// <param name="note">Is told what keeps it from that.</param>
    public void Keep(Action<string> note)
    {
        if (_left is not null) note(_left);
        if (_spool is not null) _keeping = KeepAsync(_spool, note);
    }
    string? _left;

    /// <summary>Puts in order what killed recorders left; gives what could not be, which is no reason not to record.</summary>
    static string? Recover(SpoolFolder spool)
    {
        try
        {
            spool.Recover();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"what a killed recorder left in the spool {spool.Path} could not be put in order, and is tried again next time: {e.Message}";
        }
    }

    /// <summary>How much of the spool's bound is taken, by the last look, by what the database has not got; 0 where nothing is shipped.</summary>
    public double SpoolFill { get; private set; }

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
        _end.Cancel();
        _keeping.Wait();
        _writing?.Dispose();
        _end.Dispose();
    }

    async Task KeepAsync(SpoolFolder spool, Action<string> note)
    {
        using var pace = new PeriodicTimer(KeepEach);
        try
        {
            while (await pace.WaitForNextTickAsync(_end.Token)) Keep(spool, note);
        }
        catch (OperationCanceledException)
        {
            Keep(spool, note); // The next one to record here begins within the bounds.
        }
    }

    void Keep(SpoolFolder spool, Action<string> note)
    {
        try
        {
            spool.Keep(EventTime.Now);
            if (_isShipped) SpoolFill = spool.Status().Backlogs.Max(b => (double)b.Bytes / spool.Limits.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            note($"the spool {spool.Path} cannot be kept within its bounds: {e.Message}");
        }
    }
}
