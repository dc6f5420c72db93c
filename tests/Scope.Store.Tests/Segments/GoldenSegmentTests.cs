// The format on the disk, held by a file that was written once: recordings of last year must open, and other programs
// read them. When the format changes on purpose, its version and store/FORMAT.md change with it, and a new golden file is
// added beside the old one (run with SCOPE_WRITE_GOLDEN=1 to make it).
using System.Text.Json;
using Scope.Store.Segments;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class GoldenSegmentTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Segments");

    [TestMethod]
    public void A_segment_of_version_1_reads_as_it_was_written()
    {
        var (catalog, events) = SegmentRoundTripTests.Read(Path.Combine(Folder, "golden-v1.seg"));
        var expected = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Folder, "golden-v1.json")))!;
        events.Select(e => Escaped(RandomHistory.Meaning(catalog, e))).ShouldBe(expected);
    }

    [TestMethod]
    public void The_writer_still_writes_version_1_byte_for_byte()
    {
        var history = new RandomHistory(42);
        var events = history.Events(12);
        var path = Path.Combine(Path.GetTempPath(), $"scope-golden-{Guid.NewGuid():n}.seg");
        SegmentRoundTripTests.Write(history.Catalog, events, path, FrameCompression.None, piece: 5);
        try
        {
            if (Environment.GetEnvironmentVariable("SCOPE_WRITE_GOLDEN") == "1") Keep(path, history, events);
            File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Folder, "golden-v1.seg"))).ShouldBeTrue("the bytes differ from golden-v1.seg");
        }
        finally
        {
            File.Delete(path);
            File.Delete(Path.ChangeExtension(path, ".idx"));
        }
    }

    static void Keep(string path, RandomHistory history, Events.ScopeEvent[] events)
    {
        var source = Path.Combine(Testing.Checkout.Root, "tests", "Scope.Store.Tests", "Segments");
        File.Copy(path, Path.Combine(source, "golden-v1.seg"), overwrite: true);
        File.WriteAllText(Path.Combine(source, "golden-v1.json"), JsonSerializer.Serialize(events.Select(e => Escaped(RandomHistory.Meaning(history.Catalog, e)))));
    }

    /// <summary>Lone surrogates made visible: JSON cannot carry them.</summary>
    static string Escaped(string text) => string.Concat(text.Select(c => char.IsSurrogate(c) || char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString()));
}
