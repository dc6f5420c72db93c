// The format on the disk, held by a file that was written once: recordings of last year must open, and other programs
// read them. When the format changes on purpose, its version and store/FORMAT.md change with it, and a new golden file is
// added beside the old one (run with SCOPE_WRITE_GOLDEN=its version to make it).
using System.Text.Json;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class GoldenSegmentTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Segments");

    [TestMethod]
    [DataRow(SegmentHeader.Dense)]
    [DataRow(SegmentHeader.Gapped)]
    [DataRow(SegmentHeader.Split)]
    [DataRow(SegmentHeader.Newest)]
    public void A_segment_of_each_version_reads_as_it_was_written(ushort version)
    {
        var (catalog, events, ids) = SegmentRoundTripTests.ReadWithIds(Golden(version, "seg"));
        var expected = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Golden(version, "json")))!;
        events.Select((e, i) => Line(catalog, e, ids[i], version)).ShouldBe(expected);
    }

    [TestMethod]
    public void The_writer_still_writes_the_newest_version_byte_for_byte()
    {
        const ushort version = SegmentHeader.Newest;
        var history = new RandomHistory(42);
        var events = history.Events(12);
        var ids = events.Select((_, i) => new EventId(i * 7 + i / 3 * 1000)).ToArray();
        var path = Path.Combine(Path.GetTempPath(), $"scope-golden-{Guid.NewGuid():n}.seg");
        SegmentRoundTripTests.Write(history.Catalog, events, ids, path, FrameCompression.None, piece: 5);
        try
        {
            if (Environment.GetEnvironmentVariable("SCOPE_WRITE_GOLDEN") == $"{version}") Keep(path, version, events.Select((e, i) => Line(history.Catalog, e, ids[i], version)));
            File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(Golden(version, "seg"))).ShouldBeTrue($"the bytes differ from golden-v{version}.seg");
        }
        finally
        {
            File.Delete(path);
            File.Delete(Path.ChangeExtension(path, ".idx"));
        }
    }

    internal static string Golden(ushort version, string ending) => Path.Combine(Folder, $"golden-v{version}.{ending}");

    static string Line(Catalog catalog, in ScopeEvent e, EventId id, ushort version) => Escaped((version == SegmentHeader.Dense ? "" : $"{id} | ") + RandomHistory.Meaning(catalog, e));

    static void Keep(string path, ushort version, IEnumerable<string> lines)
    {
        var source = Path.Combine(Testing.Checkout.Root, "tests", "Scope.Store.Tests", "Segments");
        foreach (var folder in (string[])[source, Folder])
        {
            File.Copy(path, Path.Combine(folder, $"golden-v{version}.seg"), overwrite: true);
            File.WriteAllText(Path.Combine(folder, $"golden-v{version}.json"), JsonSerializer.Serialize(lines));
        }
    }

    /// <summary>Lone surrogates made visible: JSON cannot carry them.</summary>
    static string Escaped(string text) => string.Concat(text.Select(c => char.IsSurrogate(c) || char.IsControl(c) ? $"\\u{(int)c:X4}" : c.ToString()));
}
