// The layout is a protocol between two processes, and the reader believes nothing.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed unsafe class WireTests
{
    [TestMethod]
    public void The_layout_is_pinned()
    {
        Unsafe.SizeOf<HookRecord>().ShouldBe(64);
        Unsafe.SizeOf<RegionHeader>().ShouldBe(4096);
        Unsafe.SizeOf<RingHeader>().ShouldBe(256);
        Offsets<HookRecord>().ShouldBe("Ticks 0, Kind 8, Flags 10, Sequence 12, TraceHigh 16, TraceLow 24, Span 32, Parent 40, Name 48, Source 52, Value 56");
        Offsets<RegionHeader>().ShouldBe("Magic 0, Version 8, Rings 12, Slots 16, TextBytes 20, TicksPerSecond 24, State 32, Active 36, DroppedWithoutRing 40, Errors 48, TextTail 56, Wanted 64, HeartbeatTicks 72");
        Offsets<RingHeader>().ShouldBe("Head 0, Tail 64, Dropped 128, Thread 136, Owned 140");
    }

    [TestMethod]
    public void A_plan_says_which_probe_is_where_and_noise_says_nothing()
    {
        var module = Guid.NewGuid();
        ProbeOrder[] orders = [new(7, module, 0x06000012, ProbeFlags.Leave) { Captures = [new(CaptureRoot.Argument, 0, CaptureMoment.Leave, CaptureRead.Text, [], 16)] }, new(8, module, 0x06000013, ProbeFlags.Line) { IlOffset = 5 }];
        var plan = ProbePlan.Write(orders)!;
        ProbePlan.Read(plan).ShouldBe([(7u, module, 0x06000012u, 0u), (8u, module, 0x06000013u, 5u)]);
        var random = new Random(3);
        for (int round = 0; round < 10_000; round++)
        {
            var damaged = plan.ToArray();
            random.NextBytes(damaged.AsSpan(random.Next(4, damaged.Length)));
            ProbePlan.Read(damaged).Count.ShouldBeLessThanOrEqualTo(2);
        }
        ProbePlan.Read(new byte[5]).ShouldBeEmpty();
    }

    [TestMethod]
    public void What_is_written_is_read_in_order_with_its_thread()
    {
        using var region = new Region();
        var reader = region.Open();
        var (one, two) = (region.Take(11), region.Take(22));
        one.TryWrite(Record(1)).ShouldBeTrue();
        two.TryWrite(Record(2)).ShouldBeTrue();
        one.TryWrite(Record(3)).ShouldBeTrue();
        Read(reader).ShouldBe([(11, 1), (11, 3), (22, 2)]);
        Read(reader).ShouldBeEmpty();
        RingWriter.TryTake(region.Start, region.Layout, 33, out _).ShouldBeFalse();
    }

    [TestMethod]
    public void A_full_ring_drops_the_new_record_and_counts_it()
    {
        using var region = new Region(slots: 16);
        var reader = region.Open();
        var writer = region.Take(1);
        for (int i = 0; i < 20; i++)
            writer.TryWrite(Record(i)).ShouldBe(i < 16);
        Read(reader).Count.ShouldBe(16);
        reader.Dropped.ShouldBe(4);
        writer.TryWrite(Record(99)).ShouldBeTrue();
        Read(reader).ShouldBe([(1, 99)]);
    }

    [TestMethod]
    public void A_ring_that_was_given_back_is_taken_again_once_it_is_read()
    {
        using var region = new Region(rings: 1);
        var reader = region.Open();
        var writer = region.Take(1);
        writer.TryWrite(Record(5));
        writer.GiveBack();
        RingWriter.TryTake(region.Start, region.Layout, 2, out _).ShouldBeFalse();
        Read(reader).ShouldBe([(1, 5)]);
        region.Take(2).TryWrite(Record(6)).ShouldBeTrue();
        Read(reader).ShouldBe([(2, 6)]);
    }

    [TestMethod]
    public void Any_order_of_writes_and_reads_agrees_with_a_queue()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            using var region = new Region(rings: 1, slots: 1 << random.Next(1, 6));
            var reader = region.Open();
            var writer = region.Take(1);
            var model = new Queue<(long Value, string Text)>();
            for (int step = 0, value = 0, used = 0; step < 200; step++)
                if (random.Next(3) > 0)
                {
                    string text = new('x', random.Next(3) == 0 ? random.Next(1, 300) : 0);
                    var blob = Text(text);
                    int slots = 1 + (blob.Length + 63) / 64;
                    bool fits = used + slots <= region.Layout.Slots;
                    writer.TryWrite(Record(++value), blob).ShouldBe(fits);
                    if (!fits)
                        continue;
                    used += slots;
                    model.Enqueue((value, text));
                }
                else
                {
                    ReadTexts(reader).ShouldBe(model);
                    model.Clear();
                    used = 0;
                }
            reader.Corrupt.ShouldBe(0);
        }
    }

    [TestMethod]
    public void All_rings_come_out_in_the_order_of_time_and_the_youngest_stay()
    {
        using var region = new Region(rings: 3, slots: 64);
        var reader = region.Open();
        RingWriter[] writers = [region.Take(1), region.Take(2), region.Take(3)];
        var random = new Random(3);
        for (int i = 0; i < 150; i++)
            writers[random.Next(3)].TryWrite(new HookRecord { Kind = HookKind.SpanStop, Ticks = i, Value = i });
        var read = new List<long>();
        reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> _) => read.Add(record.Ticks), untilTicks: 99);
        read.ShouldBe(Enumerable.Range(0, 100).Select(i => (long)i));
        Read(reader).Count.ShouldBe(50);
    }

    [TestMethod]
    public void The_ring_of_a_thread_that_is_gone_is_freed_and_its_late_owner_takes_it_from_nobody()
    {
        using var region = new Region(rings: 1);
        var reader = region.Open();
        var late = region.Take(1);
        late.TryWrite(Record(5));
        reader.Reap(thread => thread == 1).ShouldBe(0, "it still holds a record");
        Read(reader).Count.ShouldBe(1);
        reader.Reap(_ => false).ShouldBe(0);
        reader.Reap(thread => thread == 1).ShouldBe(1);
        var next = region.Take(2);
        late.GiveBack();
        RingWriter.TryTake(region.Start, region.Layout, 3, out _).ShouldBeFalse("the second thread owns it");
        next.TryWrite(Record(6));
        Read(reader).ShouldBe([(2, 6)]);
    }

    [TestMethod]
    public void Texts_that_are_too_long_are_cut_and_say_so()
    {
        var writer = new HookTextWriter(new byte[HookLimits.MaxTextBytes]);
        writer.Add(HookField.Tag, 7, "grüße");
        writer.AddName(HookField.StatusCode, 404, "");
        writer.IsCut.ShouldBeFalse();
        writer.Add(HookField.Tag, 8, new string('ü', 400));
        writer.IsCut.ShouldBeTrue();
        for (int i = 0; i < 5; i++)
            writer.Add(HookField.Tag, 9, new string('x', 600));
        var read = new List<(HookField, uint, int)>();
        for (var reader = new HookTextReader(writer.Written); reader.Next();)
            read.Add((reader.Sort, reader.Name, reader.Value.Length));
        read.ShouldBe([(HookField.Tag, 7, 7), (HookField.StatusCode, 404, 0), (HookField.Tag, 8, 512), (HookField.Tag, 9, 512), (HookField.Tag, 9, 512), (HookField.Tag, 9, 456)]);
        writer.Written.Length.ShouldBeLessThanOrEqualTo(HookLimits.MaxTextBytes);
    }

    [TestMethod]
    public void Two_threads_pass_a_million_records_whole_and_in_order()
    {
        const int count = 1_000_000;
        using var region = new Region(rings: 1, slots: 1024);
        var reader = region.Open();
        var writing = new Thread(() =>
        {
            var writer = region.Take(1);
            for (long i = 0; i < count; i++)
                while (!writer.TryWrite(new HookRecord { Kind = HookKind.SpanStop, Value = i, Ticks = ~i, Span = (ulong)i * 3, Parent = (ulong)i * 5 }))
                    Thread.Yield();
        });
        writing.Start();
        long next = 0;
        while (next < count)
            if (reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> _) =>
                {
                    if (record.Value != next || record.Ticks != ~next || record.Span != (ulong)next * 3 || record.Parent != (ulong)next * 5)
                        throw new AssertFailedException($"record {next} came as {record.Value}");
                    next++;
                }) == 0)
                Thread.Yield();
        writing.Join();
        reader.Corrupt.ShouldBe(0);
    }

    [TestMethod]
    public void Damage_anywhere_is_survived_and_bounded()
    {
        var random = new Random(11);
        for (int round = 0; round < 20_000; round++)
        {
            using var region = new Region(rings: 2, slots: 8, textBytes: 256);
            new NameWriter(region.Start, region.Layout).Add("a name");
            var writer = region.Take(1);
            for (int i = 0; i < 5; i++)
                writer.TryWrite(Record(i), i % 2 == 0 ? Text("a text") : default);
            Damage(region, random, before: true);
            if (RegionReader.Open(region.Start, region.Layout.Bytes, out string why) is not { } reader)
            {
                why.ShouldNotBeEmpty();
                continue;
            }
            var names = new NameReader(region.Start, reader.Layout);
            for (int again = 0; again < 3; again++)
            {
                // No more than its rings can hold, whatever the heads claim.
                reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> text) =>
                {
                    names[record.Name].Length.ShouldBeLessThanOrEqualTo(HookLimits.MaxNameBytes);
                    for (var fields = new HookTextReader(text); fields.Next();)
                        fields.Value.Length.ShouldBeLessThan(text.Length);
                }).ShouldBeLessThanOrEqualTo(reader.Layout.Rings * reader.Layout.Slots);
                reader.Reap(thread => thread % 2 == 0);
                Damage(region, random, before: false);
            }
        }
    }

    [TestMethod]
    public void A_head_that_claims_more_than_there_is_is_refused()
    {
        using var region = new Region();
        ((RegionHeader*)region.Start)->Rings = 1000;
        RegionReader.Open(region.Start, region.Layout.Bytes, out string why).ShouldBeNull();
        why.ShouldContain("1000 rings");
        RegionReader.Open(region.Start, 100, out why).ShouldBeNull();
        ((RegionHeader*)region.Start)->Version = 9;
        RegionReader.Open(region.Start, region.Layout.Bytes, out why).ShouldBeNull();
        why.ShouldContain("version 9");
    }

    [TestMethod]
    public void Names_are_told_once_and_a_full_table_gives_none()
    {
        using var region = new Region(textBytes: 64);
        var (writer, names) = (new NameWriter(region.Start, region.Layout), new NameReader(region.Start, region.Layout));
        uint first = writer.Add("grüße"), second = writer.Add("zwei");
        names[first].ShouldBe("grüße");
        names[second].ShouldBe("zwei");
        writer.Add(new string('x', 100)).ShouldBe(0u);
        names[7].ShouldBe("?7");
    }

    static void Damage(Region region, Random random, bool before)
    {
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            // Mostly where it hurts: the heads of region and rings.
            int at = random.Next(3) switch { 0 => random.Next(before ? 0 : 32, 128), 1 => (int)region.Layout.RingOffset(random.Next(2)) + random.Next(144), _ => random.Next(region.Bytes.Length) };
            region.Bytes[at] = (byte)random.Next(256);
        }
    }

    static HookRecord Record(long value) => new() { Kind = HookKind.SpanStop, Value = value };

    static List<(int Thread, long Value)> Read(RegionReader reader)
    {
        var read = new List<(int, long)>();
        reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> _) => read.Add((thread, record.Value)));
        return read;
    }

    static byte[] Text(string text)
    {
        var writer = new HookTextWriter(new byte[HookLimits.MaxTextBytes]);
        writer.Add(HookField.Tag, 1, text);
        return writer.Written.ToArray();
    }

    static List<(long Value, string Text)> ReadTexts(RegionReader reader)
    {
        var read = new List<(long, string)>();
        reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> text) =>
        {
            var fields = new HookTextReader(text);
            read.Add((record.Value, fields.Next() ? Encoding.UTF8.GetString(fields.Value) : ""));
            fields.Next().ShouldBeFalse();
        });
        return read;
    }

    static string Offsets<T>() => string.Join(", ", typeof(T).GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public).Select(field => $"{field.Name} {Marshal.OffsetOf<T>(field.Name)}"));
}
