// Where the ring's counters lie. Two threads that write to one cache line slow each other down by a factor, and no other
// test would notice.
using System.Runtime.CompilerServices;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Ring;

[TestClass]
public sealed unsafe class RingLayoutTests
{
    [TestMethod]
    public void Writer_published_dropped_and_each_reader_have_lines_of_their_own()
    {
        var layout = new RingLayout();
        Offset(ref layout, ref layout.Writer.Next).ShouldBe(0);
        Offset(ref layout, ref layout.Writer.RoomEnds).ShouldBe(8, "the writer's own two belong together");
        Offset(ref layout, ref layout.Published.Head).ShouldBe(128);
        Offset(ref layout, ref layout.Published.Claimed).ShouldBe(136);
        Offset(ref layout, ref layout.Published.Watermark).ShouldBe(144);
        Offset(ref layout, ref layout.Dropped.Count).ShouldBe(256);
        for (var i = 0; i < Limits.RingReaders; i++)
        {
            Offset(ref layout, ref layout.Places[i].Cursor).ShouldBe(384 + i * 256, "the writer looks at it");
            Offset(ref layout, ref layout.Places[i].CachedHead).ShouldBe(384 + i * 256 + 128, "the reader's own");
        }
        Unsafe.SizeOf<RingLayout>().ShouldBe(384 + Limits.RingReaders * 256);
    }

    [TestMethod]
    public void Slots_and_counters_start_on_a_line()
    {
        for (var i = 0; i < 20; i++)
        {
            ((ulong)new AlignedArray<ScopeEvent>(4 + i).First % RingLayout.LineBytes).ShouldBe(0UL);
            ((ulong)new AlignedArray<RingLayout>(1).First % RingLayout.LineBytes).ShouldBe(0UL);
        }
        ScopeEvent.SizeBytes.ShouldBe(64, "so that every slot is one line");
    }

    static long Offset(ref RingLayout layout, ref long field) => Unsafe.ByteOffset(ref Unsafe.As<RingLayout, byte>(ref layout), ref Unsafe.As<long, byte>(ref field));
}
