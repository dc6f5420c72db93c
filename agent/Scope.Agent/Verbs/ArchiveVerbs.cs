// scope-attach store archive, archived and restore: recordings kept for long in a folder or a bucket, and brought back.
using System.CommandLine;
using System.Globalization;
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class ArchiveVerbs
{
    static readonly Argument<string[]> Recordings = new("recordings") { Description = "The recordings' folders; without, all in output.folder and store.spool.folder that hold something of the time.", Arity = ArgumentArity.ZeroOrMore };
    static readonly Argument<string[]> Names = new("recordings") { Description = "The recordings' names; without, all that hold something of the time.", Arity = ArgumentArity.ZeroOrMore };
    static readonly Option<string?> From = new("--from") { Description = "Only segments that end after this: an instant, or -2d for two days ago." };
    static readonly Option<string?> To = new("--to") { Description = "Only segments that begin before this: as --from." };
    static readonly Option<string?> Place = new("--archive") { Description = "The archive, instead of store.cold.archive: a folder, or s3://bucket/prefix." };
    static readonly Option<bool> Warm = new("--warm") { Description = "Archive from Postgres instead of from folders, each recording from where the archive ends; the recordings are then named as store status does." };
    static readonly Option<bool> Remove = new("--remove") { Description = "Remove each recording that is archived whole, after it was read back once more." };
    static readonly Option<string?> Keep = new("--keep") { Description = "How long the restored recordings stay, instead of store.cold.keep_restored." };
    static readonly Option<string?> Output = new("--output", "-o") { Description = "Where recordings are, or are restored to, instead of output.folder." };
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Json = CommonOptions.Json();

    static readonly (Option<string?> Option, string Key)[] Stand = [(Place, "store.cold.archive"), (Keep, "store.cold.keep_restored"), (Output, "output.folder")];

    public static IEnumerable<Command> Create()
    {
        var archive = new Command("archive", "Copies recordings into the archive, verified to the byte; a run that was broken off goes on where it was. What is older than store.cold.keep leaves the archive.") { Recordings, From, To, Place, Warm, StoreVerb.ConnectionFile, Remove, Output, Config, Json };
        archive.SetAction(parsed => (int)Run(parsed, parsed.GetValue(Warm) ? ArchiveWarm : Archive));
        var archived = new Command("archived", "Lists the recordings in the archive.") { From, To, Place, Config, Json };
        archived.SetAction(parsed => (int)Run(parsed, List));
        var restore = new Command("restore", "Brings archived recordings back, to be asked like any other; after a time they are removed again.") { Names, From, To, Place, Keep, Output, Config, Json };
        restore.SetAction(parsed => (int)Run(parsed, Restore));
        return [archive, archived, restore];
    }

    static ExitCode Run(ParseResult parsed, Action<ParseResult, Settings, IArchive, Tidings> work)
    {
        var settings = SettingsOf(parsed);
        var tidings = new Tidings();
        try
        {
            using var archive = ShownArchive.Of(ColdArchive.Open(settings.Cold), quiet: parsed.GetValue(Json));
            work(parsed, settings, archive, tidings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tidings.Problems.Add(e.Message);
        }
        tidings.Tell(parsed.GetValue(Json));
        return tidings.Problems.Count == 0 ? ExitCode.Ok : ExitCode.NotPossible;
    }

    static void Archive(ParseResult parsed, Settings settings, IArchive archive, Tidings tidings)
    {
        var window = WindowOf(parsed);
        var folders = parsed.GetValue(Recordings) is { Length: > 0 } named ? named : [.. FoldersIn(settings.Output.Folder, window), .. FoldersIn(settings.Spool.Folder, window)];
        var remove = parsed.GetValue(Remove);
        foreach (var folder in folders)
        {
            var outcome = new Archiver(archive).Archive(folder, window, again: remove);
            if (!Tell(outcome, archive, tidings) || !remove) continue;
            if (outcome.Manifest!.Whole) Directory.Delete(folder, recursive: true);
            else tidings.Problems.Add($"{folder} stays: it is archived in part only, as it is still being written or a time was given");
        }
        TakeAway(settings, archive, tidings);
    }

    static void ArchiveWarm(ParseResult parsed, Settings settings, IArchive archive, Tidings tidings)
    {
        var window = WindowOf(parsed);
        if (window.From != EventTime.Min || parsed.GetValue(Remove)) throw new UserError(ExitCode.BadArgument, "--from and --remove do not go with --warm: an archive goes on where it ends, and what is too old in Postgres goes by its own rules");
        StoreVerb.WithDatabaseAsync(parsed.GetValue(StoreVerb.ConnectionFile), settings.Warm, async database =>
        {
            var scratch = Directory.CreateTempSubdirectory("scope-archive-").FullName;
            try
            {
                var there = (await WarmStatus.ReadAsync(database)).Recordings.Select(r => r.Name).ToList();
                foreach (var name in parsed.GetValue(Recordings) is { Length: > 0 } named ? named : [.. there])
                    if (await PostgresHistory.OpenAsync(database, name) is { } history) Tell(new HistoryArchiver(archive, scratch).Archive(name, history, "warm tier", window.To), archive, tidings);
                    else tidings.Problems.Add($"Postgres has no recording {name}; store status lists what it has");
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        }).GetAwaiter().GetResult();
        TakeAway(settings, archive, tidings);
    }

    static bool Tell(ArchiveOutcome outcome, IArchive archive, Tidings tidings)
    {
        if (outcome.Problem is { } problem) tidings.Problems.Add(problem);
        else if (outcome.Manifest is { } manifest)
            tidings.Add(new("archived", manifest.Recording, $"{Contents(manifest)} in {archive.Place}{(manifest.Whole ? "" : ", in part")}; {Megabytes(outcome.SentBytes)} sent, {Megabytes(outcome.KeptBytes)} were there", manifest));
        tidings.Problems.AddRange(outcome.Damaged.Select(damage => $"{damage}; it was damaged before it was archived, as it is"));
        return outcome.Problem is null && outcome.Damaged.Count == 0;
    }

    static void List(ParseResult parsed, Settings settings, IArchive archive, Tidings tidings)
    {
        var window = WindowOf(parsed);
        foreach (var manifest in ArchivedRecordings.All(archive, tidings.Problems).Where(m => window == RecordingWindow.All || m.Segments.Any(s => s.Overlaps(window))))
            tidings.Add(new("archived", manifest.Recording, $"{manifest.From} to {manifest.To}, {Contents(manifest)}{(manifest.Whole ? "" : ", in part")}", manifest));
    }

    static void Restore(ParseResult parsed, Settings settings, IArchive archive, Tidings tidings)
    {
        var window = WindowOf(parsed);
        var names = parsed.GetValue(Names)!.Select(FolderName).ToList();
        if (names.Count == 0 && window == RecordingWindow.All) throw new UserError(ExitCode.BadArgument, "which recordings? Name them as store archived lists them, or give --from or --to.");
        TakeAway(settings, archive: null, tidings);
        var all = ArchivedRecordings.All(archive, tidings.Problems);
        var wanted = all.Where(m => names.Count == 0 ? m.Segments.Any(s => s.Overlaps(window)) : names.Any(name => IsNamed(m, name))).ToList();
        if (wanted.Count == 0 && names.Count == 0) throw new UserError(ExitCode.BadArgument, $"{archive.Place} holds nothing of that time; store archived lists what it holds");
        foreach (var unknown in names.Where(name => !wanted.Any(m => IsNamed(m, name)))) tidings.Problems.Add($"{archive.Place} holds no recording {unknown}; store archived lists what it holds");
        var expires = EventTime.Now + settings.Cold.KeepRestored.Ticks * 100;
        foreach (var manifest in wanted)
        {
            var outcome = new Restorer(archive).Restore(manifest, settings.Output.Folder, window, expires);
            if (outcome.Problem is { } problem) tidings.Problems.Add(problem);
            else tidings.Add(new("restored", manifest.Recording, $"{outcome.Folder}: {outcome.Events:N0} events in {outcome.Segments} of {manifest.Segments.Count} segments, {Megabytes(outcome.FetchedBytes)} fetched; until {expires}", manifest));
        }
    }

    /// <summary>The lifecycle: copies whose time has come, and archived recordings that are older than they may be.</summary>
    static void TakeAway(Settings settings, IArchive? archive, Tidings tidings)
    {
        foreach (var folder in RestoredMark.RemoveExpired(settings.Output.Folder, EventTime.Now, tidings.Problems)) tidings.Add(new("expired", Path.GetFileName(folder), folder, null));
        if (archive is null || settings.Cold.Keep is not { } keep) return;
        var oldest = EventTime.Now - keep.Ticks * 100;
        foreach (var manifest in ArchivedRecordings.All(archive, tidings.Problems).Where(m => m.Events > 0 && m.To < oldest))
        {
            ArchivedRecordings.Remove(archive, manifest);
            tidings.Add(new("removed", manifest.Recording, $"{Contents(manifest)} left the archive: its newest event is of {manifest.To}", manifest));
        }
    }

    static IEnumerable<string> FoldersIn(string directory, RecordingWindow window)
    {
        if (window == RecordingWindow.All) throw new UserError(ExitCode.BadArgument, "which recordings? Name their folders, or give --from or --to.");
        return Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory, "*" + RecordingFolder.Ending).Where(f => RestoredMark.Read(f) is null && Overlaps(RecordingExtent.Of(f), window)).Order(StringComparer.Ordinal)] : [];
    }

    // Of a recording that was broken off not all is known beforehand: the archiver looks into its last segment.
    static bool Overlaps(RecordingExtent extent, RecordingWindow window) => !extent.IsKnown || (extent.First <= window.To && extent.Last >= window.From);

    static RecordingWindow WindowOf(ParseResult parsed)
    {
        var now = EventTime.Now;
        EventTime Point(Option<string?> option, EventTime none) => parsed.GetValue(option) is not { } text ? none : TimeText.TryPoint(text, now, now, out var point) ? point
            : throw new UserError(ExitCode.BadArgument, $"{option.Name} '{text}' is no time. Write {TimeText.PointForms}.");
        var window = new RecordingWindow(Point(From, EventTime.Min), Point(To, EventTime.Max));
        return window.From < window.To ? window : throw new UserError(ExitCode.BadArgument, $"--from {window.From} is not before --to {window.To}");
    }

    static Settings SettingsOf(ParseResult parsed)
    {
        var options = Stand.Where(s => parsed.GetValue(s.Option) is not null).Select(s => (s.Key, parsed.GetValue(s.Option)!, s.Option.Name)).ToList();
        return CommonOptions.SettingsOf(parsed, Config, options).Settings;
    }

    static string FolderName(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    static bool IsNamed(ArchiveManifest manifest, string name) => manifest.Recording == name || manifest.Recording == name + RecordingFolder.Ending;

    static string Contents(ArchiveManifest manifest) => $"{manifest.Events:N0} events in {manifest.Segments.Count} segments, {Megabytes(manifest.Bytes)}";

    static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    /// <summary>One thing that was done.</summary>
    sealed record Tiding(string Did, string Recording, string Text, ArchiveManifest? Manifest);

    /// <summary>What was done and what went wrong, told together at the end.</summary>
    sealed class Tidings
    {
        readonly List<Tiding> _done = [];

        public List<string> Problems { get; } = [];

        public void Add(Tiding tiding) => _done.Add(tiding);

        public void Tell(bool json)
        {
            if (json)
            {
                JsonOut.Write(Console.Out, new
                {
                    done = _done.Select(d => new { d.Did, d.Recording, d.Text, events = d.Manifest?.Events, bytes = d.Manifest?.Bytes, from = d.Manifest?.From.ToString(), to = d.Manifest?.To.ToString(), whole = d.Manifest?.Whole }),
                    problems = Problems,
                });
                return;
            }
            foreach (var done in _done) Console.WriteLine($"{done.Did} {done.Recording}  {done.Text}");
            foreach (var problem in Problems) Console.Error.WriteLine("scope-attach: " + problem);
        }
    }
}
