using System.Text;

namespace Scope.Events.Tests;

[TestClass]
public sealed class CatalogTests
{
    [TestMethod]
    public void A_name_has_one_id_however_it_is_asked_for()
    {
        var names = new Names();
        var id = names.Intern("GET /orders");
        names.Intern("GET /orders".AsSpan()).ShouldBe(id);
        names.Find("GET /orders").ShouldBe(id);
        names[id].ShouldBe("GET /orders");
        names.Intern("").IsNone.ShouldBeTrue();
        names[default].ShouldBe("");
    }

    [TestMethod]
    public void A_full_table_gives_none_and_counts_it()
    {
        var table = new Interner<string>(2);
        table.Intern("a").ShouldBe(1);
        table.Intern("b").ShouldBe(2);
        table.Intern("c").ShouldBe(0);
        table.Intern("a").ShouldBe(1);
        table.Overflows.ShouldBe(1);
    }

    [TestMethod]
    public void Many_threads_interning_the_same_keys_agree_on_their_ids()
    {
        var names = new Names();
        var ids = new NameId[4][];
        Parallel.For(0, 4, t => ids[t] = [.. Enumerable.Range(0, 5000).Select(i => names.Intern("name" + i))]);
        for (var t = 1; t < 4; t++) ids[t].ShouldBe(ids[0]);
        names.LastId.ShouldBe(5000);
    }

    [TestMethod]
    public void A_stack_is_read_back_top_first_and_shares_its_callers()
    {
        var catalog = new Catalog();
        var target = new TargetId(1);
        CodeNodeId Frame(ulong address) => catalog.CodeNodes.Intern(target, address);
        var stack = catalog.Stacks.Intern([Frame(3), Frame(2), Frame(1)]);
        var nodes = catalog.Stacks.LastId;
        catalog.Stacks.Intern([Frame(4), Frame(2), Frame(1)]).ShouldNotBe(stack);
        catalog.Stacks.LastId.ShouldBe(nodes + 1);
        catalog.Stacks.Frames(stack).ShouldBe([Frame(3), Frame(2), Frame(1)]);
    }

    [TestMethod]
    public void A_place_in_code_learns_its_method_later()
    {
        var catalog = new Catalog();
        var place = catalog.CodeNodes.Intern(new(1), 0x7000);
        catalog.CodeNodes.MethodOf(place).IsNone.ShouldBeTrue();
        var method = catalog.Methods.Intern(new(default, 0x6000001, "Shop.Cart", "Add", ""));
        catalog.CodeNodes.Resolve(place, method, 12);
        catalog.CodeNodes.MethodOf(place).ShouldBe(method);
        catalog.CodeNodes.OffsetOf(place).ShouldBe(12);
        catalog.Methods[method]!.FullName.ShouldBe("Shop.Cart.Add");
    }

    [TestMethod]
    public void A_span_is_found_by_its_identity_until_two_generations_have_gone_by()
    {
        var spans = new Spans();
        var first = spans.Intern(new(1, 1));
        spans.Intern(new(1, 1)).ShouldBe(first);
        for (var i = 0; i < 3 * Limits.SpanGeneration; i++) spans.Intern(new(2, (ulong)i + 1));
        spans.Find(new(1, 1)).IsNone.ShouldBeTrue();
        spans[first].ShouldBe(new SpanKey(1, 1));
    }

    [TestMethod]
    public void What_a_span_was_is_forgotten_once_nobody_used_it_and_no_event_holds_it()
    {
        const int held = 3;
        var spans = new Spans();
        var (first, used) = (spans.Intern(new(1, 1)), new SpanKey(1, 2));
        while (spans.LastId < Spans.PageIds * 2) spans.New();
        var usedId = spans.Intern(used);
        while (spans.LastId < Spans.PageIds * 10 + Limits.SpansRemembered)
            if (spans.New(new(3, (ulong)spans.LastId)).Value % Limits.SpanGeneration == 0) spans.Intern(used);
        spans.Forget(spans.LastId, page => page == held);
        spans[first].ShouldBe(default, "a forgotten span reads as none");
        spans[usedId].ShouldBe(used);
        spans[new(Spans.PageIds * held + 1)].ShouldNotBe(default, "an event that is held is one of its");
        spans[new(spans.LastId)].ShouldNotBe(default);
        spans.Bytes.ShouldBeLessThanOrEqualTo(24L * (Limits.SpansRemembered + 4 * Spans.PageIds));
        spans.Intern(new(1, 1)).Value.ShouldBe(spans.LastId, "it is a new one when it comes again");
    }

    [TestMethod]
    public void Ids_that_are_skipped_have_no_meaning_and_those_after_them_do()
    {
        var catalog = new Catalog();
        var bytes = catalog.Spans.Bytes;
        foreach (var last in (int[])[100_000_000, 100_000_000, 5, 100_000_000 + Spans.PageIds * 3 - 1])
        {
            catalog.Spans.Skip(last);
            catalog.Flows.Skip(last);
            var key = new SpanKey(7, (ulong)catalog.Spans.LastId);
            var span = catalog.Spans.Intern(key);
            catalog.Spans[span].ShouldBe(key);
            catalog.Spans[new(span.Value - 1)].ShouldNotBe(key);
            catalog.Flows[catalog.Flows.Intern((UInt128)last)].ShouldBe((UInt128)last);
        }
        catalog.Spans.LastId.ShouldBe(100_000_000 + Spans.PageIds * 3);
        catalog.Spans[new(50_000_000)].ShouldBe(default);
        (catalog.Spans.Bytes - bytes).ShouldBeLessThan(10_000_000);
        catalog.Spans.Forget(catalog.Spans.LastId, _ => false);
    }

    [TestMethod]
    public void Payloads_that_are_skipped_are_empty_and_those_around_them_are_what_they_were()
    {
        var payloads = new Payloads();
        payloads.Skip(100_000_000);
        var first = payloads.Add([1, 1, 65]);
        first.Value.ShouldBe(100_000_001);
        payloads.Skip(first.Value + 40_000);
        var second = payloads.Add([1, 1, 66]);
        second.Value.ShouldBe(first.Value + 40_001);
        payloads.Bytes(first).ToArray().ShouldBe([1, 1, 65]);
        payloads.Bytes(second).ToArray().ShouldBe([1, 1, 66]);
        payloads.Bytes(new(50_000_000)).IsEmpty.ShouldBeTrue();
        payloads.Read(new(first.Value + 20_000)).Next().ShouldBeTrue("it has one field, without bytes");
        payloads.IsForgotten(new(100_000_000)).ShouldBeTrue();
    }

    [TestMethod]
    public void A_payload_gives_its_fields_back_and_cuts_what_is_too_long_at_a_character()
    {
        var catalog = new Catalog();
        var (key, big) = (catalog.Names.Intern("sql"), catalog.Names.Intern("big"));
        var writer = new PayloadWriter(new byte[64]);
        writer.Add(key, "select 1");
        writer.Add(big, new string('ä', 100));
        writer.IsCut.ShouldBeTrue();
        var id = catalog.Payloads.Add(writer.Written);
        catalog.Payloads.Field(id, key).ShouldBe("select 1");
        catalog.Payloads.Field(id, big).ShouldNotBeNull().ShouldAllBe(c => c == 'ä');
    }

    [TestMethod]
    public void A_lone_surrogate_in_a_payload_becomes_the_replacement_character()
    {
        var writer = new PayloadWriter(new byte[64]);
        writer.Add(new NameId(1), "a\uD800b");
        var reader = new PayloadReader(writer.Written);
        reader.Next().ShouldBeTrue();
        reader.Text.ShouldBe("a\uFFFDb");
    }

    [TestMethod]
    public void Torn_payload_bytes_end_the_reading_early()
    {
        var writer = new PayloadWriter(new byte[256]);
        writer.Add(new NameId(1), "hello");
        writer.Add(new NameId(2), "world");
        for (var length = 0; length < writer.Written.Length; length++)
        {
            var reader = new PayloadReader(writer.Written[..length]);
            while (reader.Next()) reader.Value.Length.ShouldBe(5);
        }
    }

    [TestMethod]
    public void The_oldest_payloads_are_forgotten_when_the_store_is_full()
    {
        var payloads = new Payloads(4 << 20);
        var bytes = Encoding.UTF8.GetBytes(new string('x', 10_000));
        var first = payloads.Add(bytes);
        PayloadId last = default;
        for (var i = 0; i < 1000; i++) last = payloads.Add(bytes);
        payloads.IsForgotten(first).ShouldBeTrue();
        payloads.Bytes(last).Length.ShouldBe(10_000);
        payloads.Forgotten.ShouldBeGreaterThan(500);
    }

    [TestMethod]
    public void Payloads_up_to_one_are_forgotten_and_none_after_it()
    {
        var payloads = new Payloads(16 << 20);
        var bytes = new byte[100];
        for (var i = 0; i < 60_000; i++) payloads.Add(bytes);
        payloads.Forget(new(35_000));
        payloads.IsForgotten(new(10_000)).ShouldBeTrue();
        for (var i = 35_001; i <= 60_000; i++) payloads.IsForgotten(new(i)).ShouldBeFalse();
    }

    [TestMethod]
    public void What_is_not_forgotten_of_many_payloads_reads_as_it_was_kept()
    {
        const int count = 200_000;
        var payloads = new Payloads(4 << 20);
        var bytes = new byte[100];
        for (var i = 1; i <= count; i++)
        {
            BitConverter.TryWriteBytes(bytes, i);
            payloads.Add(bytes);
        }
        var forgotten = 0;
        for (var i = 1; i <= count; i++)
        {
            if (payloads.IsForgotten(new(i))) (++forgotten).ShouldBe(i);
            else BitConverter.ToInt32(payloads.Bytes(new(i))).ShouldBe(i);
        }
        payloads.Forgotten.ShouldBe(forgotten);
        forgotten.ShouldBeInRange(count * 3 / 4, count - 1000);
    }

    [TestMethod]
    public void Varints_and_zigzag_go_both_ways_for_every_size()
    {
        Span<byte> buffer = stackalloc byte[10];
        for (var shift = 0; shift < 64; shift++)
        {
            foreach (var value in (ulong[])[1UL << shift, (1UL << shift) - 1, ulong.MaxValue >> shift])
            {
                ReadOnlySpan<byte> written = buffer[..Varint.Write(buffer, value)];
                Varint.TryRead(ref written, out var back).ShouldBeTrue();
                back.ShouldBe(value);
                Varint.ZigZag(Varint.UnZigZag(value)).ShouldBe(value);
            }
        }
    }

    [TestMethod]
    public void A_varint_without_end_is_refused()
    {
        ReadOnlySpan<byte> endless = [0xFF, 0xFF, 0xFF];
        Varint.TryRead(ref endless, out _).ShouldBeFalse();
        ReadOnlySpan<byte> tooLong = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
        Varint.TryRead(ref tooLong, out _).ShouldBeFalse();
    }
}
