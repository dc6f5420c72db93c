// Archives a recording: each segment and file becomes an object, is read back and compared by its hash, and when all are
// there the manifest says so, last. So a run that is broken off at any point has archived nothing by half: the next one
// finds the objects that are there already, looks whether they are right, and goes on.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Spool;

namespace Scope.Store.Cold;

/// <summary>How archiving a recording went.</summary>
/// <param name="Recording">Its name.</param>
/// <param name="Manifest">What is in the archive now; null when nothing is.</param>
/// <param name="SentBytes">How many bytes were sent.</param>
/// <param name="KeptBytes">How many were there already, and right.</param>
/// <param name="Problem">What went wrong, and what to do; null when all went well.</param>
public sealed record ArchiveOutcome(string Recording, ArchiveManifest? Manifest, long SentBytes, long KeptBytes, string? Problem)
{
    /// <summary>Segments that were damaged here before they were archived, as they are.</summary>
    public IReadOnlyList<SegmentDamage> Damaged { get; init; } = [];
}

/// <summary>Puts recordings into an archive.</summary>
public sealed class Archiver(IArchive archive)
{
    // A writer tells of itself each five seconds; one that was silent for so long is dead.
    const long SilentNanos = 60_000_000_000;

    /// <summary>Archives a recording's folder, or those of its segments that hold something of a part in time.</summary>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="window">The part; all when null.</param>
    /// <param name="again">Whether what an earlier run has verified is read back once more: for who removes the original next.</param>
    public ArchiveOutcome Archive(string folder, RecordingWindow? window = null, bool again = false) => Archive(folder, window ?? RecordingWindow.All, again, ArchiveManifest.FromFolder);

    /// <summary>Archives a folder that holds a part of a recording, as a tier had it.</summary>
    internal ArchiveOutcome ArchivePart(string folder, string tier) => Archive(folder, RecordingWindow.All, again: false, tier);

    ArchiveOutcome Archive(string folder, RecordingWindow window, bool again, string source)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var run = new Run(archive, folder, name, source, again);
        try
        {
            return run.Refusal() is { } refusal ? new(name, null, 0, 0, refusal) : new(name, run.Go(window), run.Sent, run.Kept, null) { Damaged = run.Damaged };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(name, null, run.Sent, run.Kept, $"{name} is not archived: {e.Message.TrimEnd('.')}. What was sent before stays; run it again, and it goes on there");
        }
    }

    /// <summary>One recording while it is being archived.</summary>
    sealed class Run(IArchive archive, string folder, string name, string source, bool again)
    {
        const string Journal = ".upload";

        readonly RecordingInfo? _info = RecordingInfo.TryRead(folder, out var info) is null ? info : null;
        ArchiveManifest? _before;
        HashSet<ArchivedFile> _verified = [];
        Dictionary<string, long> _present = [];
        bool _isBeingWritten;

        public long Sent { get; private set; }

        public long Kept { get; private set; }

        public List<SegmentDamage> Damaged { get; } = [];

        /// <summary>Why this folder is not archived at all, or null.</summary>
        public string? Refusal()
        {
            if (!Directory.Exists(folder)) return $"{folder}: there is no such folder";
            if (RestoredMark.Read(folder) is { } mark) return $"{folder} was restored from {mark.Archive} and is there already";
            return RecordingFolder.Segments(folder).Count == 0 && _info is null ? $"{folder} holds no recording: no segment (*.seg) and no {RecordingFolder.InfoFile}" : null;
        }

        public ArchiveManifest Go(RecordingWindow window)
        {
            _isBeingWritten = SpoolWriting.IsHeld(folder) || (_info is { CleanEnd: false } && EventTime.Now - _info.Ended < SilentNanos);
            _before = ArchiveManifest.Read(archive, name);
            if (_before is { } before && before.Source != source) throw new IOException($"{archive.Place} has {name} from its {before.Source}, with its own numbers, and cannot go on with it from its {source}");
            if (_before is not null && _info is not null && _before.Started != _info.Started) throw Another($"began at {_before.Started}");
            _verified = [.. _before?.Objects ?? []];
            _present = archive.List(name + "/").ToDictionary(o => o.Key, o => o.Bytes);
            var segments = (_before?.Segments ?? []).ToDictionary(s => s.Segment.Name);
            var leftOut = _isBeingWritten || source != ArchiveManifest.FromFolder;
            foreach (var path in RecordingFolder.Segments(folder))
                if (Archive(path, window) is { } segment) segments[segment.Segment.Name] = segment;
                else leftOut |= !segments.ContainsKey(Path.GetFileName(path));
            var files = (_before?.Files ?? []).ToDictionary(f => f.Name);
            foreach (var path in OtherFiles()) files[NameOf(path)] = Send(path);
            var manifest = new ArchiveManifest
            {
                Recording = name,
                Archived = EventTime.Now,
                Source = source,
                Started = (_info?.Started ?? _before?.Started) is { } started ? started : EventTime.Min,
                Whole = !leftOut,
                Targets = [.. (_info?.Targets ?? []).Select(t => new ArchivedTarget(t.Pid, t.Name))],
                Segments = [.. segments.Values.OrderBy(s => s.Segment.Name, StringComparer.Ordinal)],
                Files = [.. files.Values.OrderBy(f => f.Name, StringComparer.Ordinal)],
            };
            Send(ArchiveManifest.FileName, new MemoryStream(manifest.ToJson()));
            return manifest;
        }

        /// <summary>Archives one segment; null when it holds nothing of the part, is still being written, or was taken away by a full spool meanwhile.</summary>
        ArchivedSegment? Archive(string path, RecordingWindow window)
        {
            var beside = SegmentIndexing.Beside(path);
            if (beside is null ? _isBeingWritten : !IsIn(beside, window)) return null;
            byte[] content;
            try
            {
                content = File.ReadAllBytes(path); // At once, as a full spool may write it anew meanwhile.
            }
            catch (FileNotFoundException)
            {
                return null;
            }
            var before = _before?.Segments.FirstOrDefault(s => s.Segment.Name == NameOf(path));
            var isSame = before?.Segment.Sha256 == Hashed.Of(content);
            return isSame && !again && IsThere(before!) ? before : Archive(path, content, window, isSame ? null : before);
        }

        /// <param name="path">The segment.</param>
        /// <param name="content">Its bytes.</param>
        /// <param name="window">The part that is wanted.</param>
        /// <param name="other">What the archive has in its place, which differs; null for nothing.</param>
        ArchivedSegment? Archive(string path, byte[] content, RecordingWindow window, ArchivedSegment? other)
        {
            SegmentDamage? damage = null;
            var beside = SegmentIndexing.Beside(path);
            var index = beside is not null && SegmentIndexing.IsOf(beside, content) ? beside : SegmentIndexing.Of(content, path, out damage);
            if (!IsIn(index, window)) return null;
            // A full spool leaves events out of its segments, and disks rot: what the archive has is better.
            if (other is not null && (damage is not null || other.Events > index.EventCount)) return Trusted(other);
            if (damage is not null && beside is not null) Damaged.Add(damage);
            var sidecar = new ByteWriter();
            index.Write(sidecar);
            return new(Send(NameOf(path), new MemoryStream(content), path + Journal), Send(NameOf(SegmentIndexing.PathBeside(path)), new MemoryStream(sidecar.Written.ToArray())),
                index.Frames.Count == 0 ? new(0) : index.Frames[0].First, index.Frames.Count == 0 ? EventId.None : index.Frames[^1].Last, index.EventCount, index.Earliest, index.Latest);
        }

        static bool IsIn(SegmentIndex index, RecordingWindow window) => window == RecordingWindow.All || (index.Latest >= window.From && index.Earliest <= window.To);

        /// <summary>Whether a segment that was verified is there still.</summary>
        bool IsThere(ArchivedSegment segment)
        {
            if (!((ArchivedFile[])[segment.Segment, segment.Index]).All(f => _present.GetValueOrDefault($"{name}/{f.Name}") == f.Bytes)) return false;
            Kept += segment.Segment.Bytes + segment.Index.Bytes;
            return true;
        }

        /// <summary>What the archive has instead of what is here, read back once more where the original will be removed.</summary>
        ArchivedSegment Trusted(ArchivedSegment segment)
        {
            var key = $"{name}/{segment.Segment.Name}";
            return !again || HashThere(key) == segment.Segment.Sha256 ? segment : throw new IOException($"{archive.Place}/{key} is not what was archived, and {folder} has less of it");
        }

        IEnumerable<string> OtherFiles() =>
            from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            where Path.GetExtension(path) is not (".seg" or ".idx" or OwnerFile.Unfinished or Journal)
            where NameOf(path) is not (ArchiveManifest.FileName or SpoolWriting.FileName) && !(_isBeingWritten && Path.GetExtension(path) == ".nettrace")
            select path;

        string NameOf(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

        ArchivedFile Send(string path)
        {
            // What is replaced while we read, as recording.json is, goes on to be the file that was opened.
            using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
            return Send(NameOf(path), content, path + Journal);
        }

        ArchivedFile Send(string file, Stream content, string? journal = null)
        {
            var key = $"{name}/{file}";
            var hash = Hashed.Of(content);
            var sent = new ArchivedFile(file, content.Length, hash);
            RefuseAnother(sent);
            if (_present.TryGetValue(key, out var bytes) && bytes == content.Length && (WasVerified(sent) || HashThere(key) == hash))
            {
                Kept += bytes;
                return sent;
            }
            if (!Arrives(isLast: false) && !Arrives(isLast: true)) // What a network damages once, it need not damage again.
            {
                archive.Delete(key);
                throw new IOException($"{archive.Place}/{key} reads back differently from what was sent, twice, and was taken away again: look at that disk or network");
            }
            Sent += content.Length;
            return sent;

            bool Arrives(bool isLast)
            {
                content.Position = 0;
                archive.Put(key, content, journal);
                try
                {
                    return HashThere(key) == hash;
                }
                catch (IOException) when (!isLast)
                {
                    return false;
                }
            }
        }

        bool WasVerified(ArchivedFile file) => !again && _verified.Contains(file);

        string HashThere(string key)
        {
            using var there = archive.Open(key);
            return Hashed.Of(there);
        }

        /// <summary>A segment that was ended only ever loses events: another one under its name is of another recording.</summary>
        void RefuseAnother(ArchivedFile file)
        {
            if (file.Name.EndsWith(".seg", StringComparison.Ordinal) && _before?.Segments.FirstOrDefault(s => s.Segment.Name == file.Name) is { } before && before.Segment.Sha256 != file.Sha256)
                throw Another($"has another {file.Name}");
        }

        IOException Another(string how) => new($"{archive.Place} holds another recording of this name, which {how}; rename the folder {folder} and archive it again");
    }
}
