// A segment can be torn by a crash, spoiled by a disk or made by an enemy. Whatever its bytes are, reading ends soon, in
// little memory, with everything before the damage and one clear sentence about it.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class SegmentDamageTests
{
    readonly string _folder = Directory.CreateTempSubdirectory("scope-damage").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_file_torn_at_any_byte_gives_every_frame_before_it()
    {
        var (bytes, ends) = Sample(FrameCompression.Brotli, events: 300, piece: 30);
        var path = Path.Combine(_folder, "torn.seg");
        var whole = 0;
        for (var length = 0; length < bytes.Length; length += length < 60 ? 1 : 61)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var read = 0;
            var reader = new SegmentFileReader(new());
            var damage = reader.Read(path, (_, events) => read += events.Length);
            read.ShouldBe(ends.Count(end => end <= length) * 30, $"cut at {length}");
            reader.WasSealed.ShouldBeFalse();
            if (damage is null) continue;
            damage.File.ShouldBe(path);
            (damage.Offset + damage.BytesCut).ShouldBe(length);
            damage.EventsCut.ShouldBeOneOf(0, 30);
            if (damage.EventsCut > 0) damage.FirstCut.Value.ShouldBe(read);
            whole += damage.EventsCut / 30;
        }
        whole.ShouldBeGreaterThan(20, "most frames of events say how many they are in their first bytes");
    }

    [TestMethod]
    public void A_frame_that_claims_to_be_huge_costs_no_memory()
    {
        var (bytes, _) = Sample(FrameCompression.None, events: 10, piece: 10);
        var path = Path.Combine(_folder, "huge.seg");
        foreach (var claim in (int[])[int.MaxValue, -1, Limits.SegmentFrameBytes])
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(SegmentHeader.SizeBytes), claim);
            File.WriteAllBytes(path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            new SegmentFileReader(new()).Read(path, (_, _) => { })!.Offset.ShouldBe(SegmentHeader.SizeBytes);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
        }
    }

    [TestMethod]
    public void A_file_of_another_sort_or_version_says_so()
    {
        var path = Path.Combine(_folder, "other.seg");
        File.WriteAllText(path, "Nettrace, or anything else that is no segment");
        new SegmentFileReader(new()).Read(path, (_, _) => { })!.What.ShouldContain("no segment");
        var (bytes, _) = Sample(FrameCompression.None, events: 1, piece: 1);
        bytes[8] = 99;
        File.WriteAllBytes(path, bytes);
        new SegmentFileReader(new()).Read(path, (_, _) => { })!.What.ShouldContain("version 99");
    }

    (byte[] Bytes, List<long> EndsOfEvents) Sample(FrameCompression compression, int events, int piece)
    {
        var history = new RandomHistory(5);
        var path = Path.Combine(_folder, "sample.seg");
        SegmentRoundTripTests.Write(history.Catalog, history.Events(events), path, compression, piece);
        SegmentIndex.Read(File.ReadAllBytes(Path.ChangeExtension(path, ".idx")), out var index).ShouldBeNull();
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return (bytes, [.. index.Frames.Select(f => f.Offset + FrameHeader.SizeBytes + BitConverter.ToInt32(bytes, (int)f.Offset))]);
    }
}
