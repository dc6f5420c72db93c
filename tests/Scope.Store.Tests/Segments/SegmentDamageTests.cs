// A segment can be torn by a crash, spoiled by a disk or made by an enemy. Whatever its bytes are, reading ends soon, in
// little memory, with everything before the damage and one clear sentence about it.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class SegmentDamageTests
{
    const int Mutations = 3000;
    const long MaxAllocatedBytes = 96 << 20; // One frame at its largest, stored and expanded, its dictionaries and events.

    readonly string _folder = Directory.CreateTempSubdirectory("scope-damage").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_file_torn_at_any_byte_gives_every_frame_before_it()
    {
        var (bytes, ends) = Sample(FrameCompression.Brotli, events: 300, piece: 30);
        var path = Path.Combine(_folder, "torn.seg");
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
        }
    }

    [TestMethod]
    public void Changed_bytes_end_in_a_clear_error_or_change_nothing()
    {
        var (bytes, _) = Sample(FrameCompression.Brotli, events: 400, piece: 50);
        var random = new Random(20261121);
        var path = Path.Combine(_folder, "changed.seg");
        var told = 0;
        for (var i = 0; i < Mutations / 6; i++)
        {
            File.WriteAllBytes(path, Mutated(bytes, random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var damage = new SegmentFileReader(new()).Read(path, (_, _) => { });
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocatedBytes);
            if (damage is null) continue;
            told++;
            damage.ToString().ShouldContain($"{path}, offset {damage.Offset}: ");
        }
        told.ShouldBeGreaterThan(Mutations / 7); // Whatever has a checksum is told; a cut between two frames is no damage.
    }

    [TestMethod]
    public void Contents_that_an_enemy_gave_a_right_checksum_end_in_a_clear_error_too()
    {
        var history = new RandomHistory(5);
        var frames = Frames(history.Catalog, history.Events(300));
        var random = new Random(7);
        var told = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var decoder = new SegmentDecoder(new(), new());
            var victim = random.Next(frames.Count);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var f = 0; f < frames.Count; f++)
            {
                var (kind, content) = frames[f];
                if (decoder.Read(kind, f == victim ? Mutated(content, random) : content) is not { } mistake) continue;
                mistake.ShouldNotBeNullOrWhiteSpace();
                told++;
                break;
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocatedBytes);
        }
        told.ShouldBeGreaterThan(Mutations / 4);
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

    static List<(FrameKind, byte[])> Frames(Catalog catalog, ScopeEvent[] events)
    {
        var encoder = new SegmentEncoder(catalog, FrameCompression.None);
        encoder.Begin(1);
        encoder.Add(events.AsSpan(0, 150), new(0));
        encoder.Add(events.AsSpan(150), new(150));
        encoder.Seal();
        var frames = new List<(FrameKind, byte[])>();
        for (var rest = encoder.Pending[SegmentHeader.SizeBytes..].ToArray(); rest.Length > 0;)
        {
            FrameHeader.Read(rest, out var header).ShouldBeNull();
            frames.Add((header.Kind, rest.AsSpan(FrameHeader.SizeBytes, header.StoredBytes).ToArray()));
            rest = rest[(FrameHeader.SizeBytes + header.StoredBytes)..];
        }
        return frames;
    }

    static byte[] Mutated(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var i = random.Next(1, 5); i > 0 && mutated.Count > 0; i--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0: mutated[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: mutated[at] = (byte)random.Next(256); break;
                case 2: mutated.RemoveRange(at, Math.Min(random.Next(1, 20), mutated.Count - at)); break;
                case 3: mutated.InsertRange(at, Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256))); break;
                default: mutated[at] = 0xFF; break;
            }
        }
        return [.. mutated];
    }
}
