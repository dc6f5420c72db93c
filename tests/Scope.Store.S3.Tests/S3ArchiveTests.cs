using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Store.S3.Tests;

[TestClass]
public sealed class S3ArchiveTests : IDisposable
{
    const int PartBytes = 64 << 10, Parts = 6;

    readonly TemporaryFolder _root = new("s3");

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void A_recording_goes_into_a_bucket_in_parts_and_comes_back_to_the_byte()
    {
        using var archive = Bucket.NewArchive(PartBytes);
        var (folder, events) = Record(30_000);
        new FileInfo(Path.Combine(folder, "000001.seg")).Length.ShouldBeGreaterThan(PartBytes, "it should take several parts");
        var outcome = new Archiver(archive).Archive(folder);
        outcome.Problem.ShouldBeNull();
        Directory.GetFiles(folder, "*.upload").ShouldBeEmpty();
        ArchivedRecordings.All(archive, []).Single().Bytes.ShouldBe(outcome.SentBytes - ManifestBytes(archive));

        var restored = new Restorer(archive).Restore(outcome.Manifest!, _root["back"], RecordingWindow.All, EventTime.Max);
        restored.Problem.ShouldBeNull();
        restored.Events.ShouldBe(events);
        foreach (var file in Directory.GetFiles(folder)) File.ReadAllBytes(Path.Combine(restored.Folder, Path.GetFileName(file))).ShouldBe(File.ReadAllBytes(file), file);

        ArchivedRecordings.Remove(archive, outcome.Manifest!);
        archive.List("").ShouldBeEmpty();
    }

    [TestMethod]
    public async Task An_upload_that_the_death_of_the_server_broke_off_goes_on_with_the_parts_that_are_missing()
    {
        var content = RandomBytes();
        var journal = _root["big.upload"];
        await using (var dying = await S3Server.StartAsync(_root["server"]))
        {
            using var archive = Open(dying.Endpoint);
            using var watched = new WatchedStream(content, at: 4 * PartBytes, dying.Kill);
            Should.Throw<IOException>(() => archive.Put("big", watched, journal)).Message.ShouldContain("could not put a part of big: the server cannot be reached");
        }
        File.Exists(journal).ShouldBeTrue();

        await using var server = await S3Server.StartAsync(_root["server"]);
        using var again = Open(server.Endpoint);
        using var rest = new WatchedStream(content, at: int.MaxValue, () => { });
        again.Put("big", rest, journal);
        rest.LeastPosition.ShouldBeGreaterThanOrEqualTo(3 * PartBytes, "the parts before are there");
        File.Exists(journal).ShouldBeFalse();
        using var there = again.Open("big");
        Hashed.Of(there).ShouldBe(Hashed.Of(content));
    }

    [TestMethod]
    public async Task An_upload_that_the_server_has_forgotten_is_told_and_begins_anew()
    {
        var journal = _root["big.upload"];
        await using var server = await S3Server.StartAsync(_root["server"]);
        using var archive = Open(server.Endpoint);
        new UploadJournal(archive.Place, "big", Parts * PartBytes, PartBytes, "no-such-upload", ["\"a\"", "\"b\""]).Write(journal);
        Should.Throw<IOException>(() => archive.Put("big", new MemoryStream(RandomBytes()), journal));
        archive.Put("big", new MemoryStream(RandomBytes()), journal);
        archive.List("big").Single().Bytes.ShouldBe(Parts * PartBytes);
    }

    [TestMethod]
    public void A_changed_object_is_named_when_it_is_restored()
    {
        using var archive = Bucket.NewArchive();
        var (folder, _) = Record(2000);
        var manifest = new Archiver(archive).Archive(folder).Manifest!;
        var kept = Directory.GetFiles(Bucket.Folder, "000001.seg*", SearchOption.AllDirectories).Where(f => f.Contains(archive.Place[5..].Replace('/', Path.DirectorySeparatorChar))).MaxBy(f => new FileInfo(f).Length)!;
        using (var file = new FileStream(kept, FileMode.Open))
        {
            file.Position = 200;
            file.Write([1, 2, 3, 4, 5, 6, 7]);
        }
        new Restorer(archive).Restore(manifest, _root["back"], RecordingWindow.All, EventTime.Max).Problem!.ShouldContain("000001.seg is not what was archived");
        Should.Throw<IOException>(() => new ColdHistory(archive, manifest).List(EventQuery.All)).Message.ShouldContain("000001.seg is not what was archived");
    }

    [TestMethod]
    public void What_the_server_refuses_is_told_with_what_to_do()
    {
        using (var elsewhere = new S3Archive("s3://nowhere", Bucket.Endpoint))
            Should.Throw<IOException>(() => elsewhere.Put("a", new MemoryStream([1]))).Message.ShouldContain("there is no bucket nowhere");
        using (var nobody = new S3Archive("s3://scope", "http://127.0.0.1:1"))
            Should.Throw<IOException>(() => nobody.List("").Any()).Message.ShouldContain("the server cannot be reached");
        using var archive = Bucket.NewArchive();
        Should.Throw<FileNotFoundException>(() => archive.Open("nothing")).Message.ShouldContain("nothing is not there");
        archive.Delete("nothing");
    }

    [TestMethod]
    public void An_address_that_is_none_is_refused()
    {
        foreach (var address in (string[])["", "s3://", "s3:///x", "bucket/prefix"]) Should.Throw<ArgumentException>(() => new S3Archive(address)).Message.ShouldContain("s3://bucket/prefix");
        Should.Throw<ArgumentException>(() => new S3Archive("s3://a", "nonsense")).Message.ShouldContain("http://host:port");
    }

    static S3Archive Open(string endpoint) => new($"s3://{S3Server.Bucket}/resumed", endpoint, PartBytes);

    static byte[] RandomBytes()
    {
        var bytes = new byte[Parts * PartBytes];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    static long ManifestBytes(S3Archive archive) => archive.List("").Single(o => o.Key.EndsWith(ArchiveManifest.FileName)).Bytes;

    (string Folder, int Events) Record(int count)
    {
        var random = new RandomEvents(7);
        SegmentedFolder.Write(_root["big.scope"], random.Catalog, random.Events(count).ToArray(), 1);
        return (_root["big.scope"], count);
    }

    /// <summary>Content that does something when it has been read up to a place, and knows where reading began.</summary>
    sealed class WatchedStream(byte[] content, int at, Action then) : MemoryStream(content)
    {
        public long LeastPosition { get; private set; } = long.MaxValue;

        public override int Read(byte[] buffer, int offset, int count) => Watched(() => base.Read(buffer, offset, count));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellation) => Task.FromResult(Read(buffer, offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
        {
            LeastPosition = Math.Min(LeastPosition, Position);
            var got = base.ReadAsync(buffer, cancellation);
            if (Position >= at) then();
            return got;
        }

        int Watched(Func<int> read)
        {
            LeastPosition = Math.Min(LeastPosition, Position);
            var got = read();
            if (Position >= at) then();
            return got;
        }
    }
}
