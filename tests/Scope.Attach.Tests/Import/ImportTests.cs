// Files of other tools: plain, packed, damaged, and no traces at all.
using System.IO.Compression;
using Scope.Attach.Import;
using Scope.Attach.Nettrace;
using Scope.Attach.Tests.Nettrace;

namespace Scope.Attach.Tests.Import;

[TestClass]
public sealed class ImportTests
{
    readonly string _folder = Directory.CreateTempSubdirectory("scope-import-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_plain_a_gzipped_and_a_zipped_file_give_the_same_events()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(1, 300), 4).Write();
        var plain = Import(Save("a.nettrace", stream), "");
        var gzipped = Import(Save("a.nettrace.gz", Gzip(stream)), "gzip");
        var zipped = Import(Save("a.zip", Zip(("readme.txt", [1]), ("deep/a.nettrace", stream))), "zip: deep/a.nettrace");
        plain.Events.Count.ShouldBe(300);
        gzipped.Events.ShouldBe(plain.Events);
        zipped.Events.ShouldBe(plain.Events);
    }

    [TestMethod]
    public void The_name_of_a_file_does_not_matter() =>
        Import(Save("trace.txt", Gzip(new BlockTraceWriter(TraceModel.Random(2, 20)).Write())), "gzip").Events.Count.ShouldBe(20);

    [TestMethod]
    public void Of_several_traces_in_an_archive_the_largest_is_read_and_that_is_said()
    {
        var (small, large) = (new ObjectTraceWriter(TraceModel.Random(1, 5), 4).Write(), new ObjectTraceWriter(TraceModel.Random(1, 500), 4).Write());
        var result = TraceImport.Read(Save("two.zip", Zip(("small.nettrace", small), ("large.nettrace", large))), new CollectingSink()).Value;
        result.Outcome.Events.ShouldBe(500);
        result.CannotTell[0].ShouldBe("The archive has 2 traces; the largest, large.nettrace, was read and not small.nettrace.");
    }

    [TestMethod]
    public void What_a_recording_lacks_is_said_and_what_it_has_is_not()
    {
        var whole = TraceImport.Read(Save("mixed.nettrace", Recordings.Mixed), new CollectingSink()).Value;
        whole.Outcome.IsWhole.ShouldBeTrue();
        whole.CannotTell.ShouldContain(s => s.StartsWith("It has no logs"));
        whole.CannotTell.ShouldContain(s => s.StartsWith("It has no requests"));
        whole.CannotTell.ShouldNotContain(s => s.StartsWith("It has no names of methods") || s.StartsWith("It has no stacks") || s.StartsWith("It has no activities")
            || s.StartsWith("It has no exceptions") || s.StartsWith("It has no garbage") || s.StartsWith("It has no CPU samples"));
        var made = TraceImport.Read(Save("made.nettrace", new ObjectTraceWriter(TraceModel.Random(1, 50), 3).Write()), new CollectingSink()).Value;
        made.CannotTell.ShouldContain(s => s.StartsWith("It has no names of methods"));
        made.CannotTell.ShouldContain(s => s.Contains("loss is unknown"));
    }

    [TestMethod]
    public void A_cut_file_gives_what_is_before_the_cut_and_says_where_it_is()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(1, 300), 4).Write();
        var result = TraceImport.Read(Save("cut.nettrace", stream[..(stream.Length / 2)]), new CollectingSink()).Value;
        result.Outcome.End.ShouldBe(NettraceEnd.EndedEarly);
        result.CannotTell[0].ShouldStartWith($"The file ends early at byte {stream.Length / 2}");
        var packed = Gzip(stream);
        var cut = TraceImport.Read(Save("cut.gz", packed[..(packed.Length / 2)]), new CollectingSink()).Value;
        cut.Outcome.End.ShouldBe(NettraceEnd.EndedEarly);
        cut.Outcome.Events.ShouldBeLessThan(300);
    }

    [TestMethod]
    public void What_is_no_trace_is_named_in_one_line()
    {
        Fails("gone.nettrace", null, "gone.nettrace");
        Fails("empty.nettrace", [], "it is empty");
        Fails("core", [0x7F, .. "ELF"u8], "a core dump");
        Fails("x.json", "{ }"u8.ToArray(), "it is JSON");
        Fails("bad.gz", [0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], "cannot be unpacked");
        Fails("text.gz", Gzip("hello, this is a text and not a trace"u8.ToArray()), "what is in it (gzip) is no .nettrace");
        Fails("none.zip", Zip(("a.txt", [1, 2, 3])), "no .nettrace in it, only a.txt");
        Fails("cut.zip", Zip(("a.nettrace", new byte[1000]))[..40], "cannot be unpacked");
        Fails("headless.nettrace", "Nettrace\u0014\0\0\0!FastSerialization.1"u8.ToArray(), "the stream stops in the middle");
    }

    [TestMethod]
    public void A_file_that_unfolds_without_end_is_stopped_at_the_bound()
    {
        var stream = new UnpackedStream("Nettrace"u8.ToArray(), new MemoryStream(new byte[1 << 20]), boundBytes: 1 << 16);
        var buffer = new byte[1 << 16];
        Should.Throw<InvalidDataException>(() =>
        {
            while (stream.Read(buffer, 0, buffer.Length) > 0) { }
        }).Message.ShouldContain("65536 bytes");
    }

    CollectingSink Import(string path, string packing)
    {
        var sink = new CollectingSink();
        var result = TraceImport.Read(path, sink).Value;
        result.Packing.ShouldBe(packing);
        result.Outcome.IsWhole.ShouldBeTrue(result.Outcome.ToString());
        return sink;
    }

    void Fails(string name, byte[]? bytes, string saying)
    {
        var path = Path.Combine(_folder, name);
        if (bytes is not null) File.WriteAllBytes(path, bytes);
        var failure = TraceImport.Read(path, new CollectingSink()).Failure.ShouldNotBeNull(name);
        failure.Message.ShouldContain(saying);
        failure.Message.ShouldContain(path);
        failure.Message.ShouldNotContain("\n");
    }

    string Save(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static byte[] Gzip(byte[] bytes)
    {
        var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest)) gzip.Write(bytes);
        return into.ToArray();
    }

    static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        var into = new MemoryStream();
        using (var zip = new ZipArchive(into, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        return into.ToArray();
    }
}
