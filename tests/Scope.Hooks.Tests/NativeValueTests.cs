// Captured values and conditions: equal to what the caller logged, and nothing followed that is not what it is taken for.
using System.Globalization;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeValueTests
{
    // Where the fields of the target's classes lie: references first, then by size.
    const int OrderCustomer = 8, OrderItems = 16, OrderNote = 24, OrderTotal = 32, CustomerName = 8, CustomerReferrer = 16, DeskPlaced = 16;
    const CaptureMoment Both = CaptureMoment.Enter | CaptureMoment.Leave;

    [TestInitialize]
    public async Task NeedsTheLibrary() => await NativeLibrary.NeedAsync();

    static Capture At(int argument, CaptureRead read, params Hop[] hops) => new(CaptureRoot.Argument, argument, CaptureMoment.Enter, read, hops, read is CaptureRead.Text ? 64 : 0);

    static Hop Follow(int offset) => new(CaptureHop.Follow, offset);

    [TestMethod]
    public async Task Values_are_what_the_caller_says()
    {
        await using var target = await ProbedTarget.StartAsync();
        var place = target.Order("Desk", "Place", ProbeFlags.Enter | ProbeFlags.Leave) with
        {
            Captures =
            [
                At(1, CaptureRead.Int64, Follow(OrderTotal)),
                At(1, CaptureRead.Text, Follow(OrderCustomer), Follow(CustomerName)),
                At(1, CaptureRead.Text, Follow(OrderCustomer), Follow(CustomerReferrer), Follow(CustomerName)),
                At(1, CaptureRead.Length, Follow(OrderItems)),
                At(2, CaptureRead.Text),
                At(3, CaptureRead.Int32),
                new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Int64, []),
                At(0, CaptureRead.Int32, Follow(DeskPlaced)) with { Moments = Both },
            ],
        };
        await target.ArmAsync(place);
        string[] said = (await target.AskAsync("orders 20")).Split(' ');
        var hits = await target.HitsAsync(place, 40);
        for (int i = 0; i < 20; i++)
        {
            var (enter, leave) = (hits[2 * i], hits[2 * i + 1]);
            (enter.Record.Kind, leave.Record.Kind, leave.Record.Call).ShouldBe((HookKind.ProbeEnter, HookKind.ProbeLeave, enter.Record.Call));
            string.Join("/", enter.Values.Take(6).Append(leave.Values[0]).Select(Text)).ShouldBe(said[i]);
            (enter.Values[6].Number, leave.Values[1].Number).ShouldBe((i, i + 1), "the state before and after");
        }
    }

    [TestMethod]
    public async Task What_is_not_what_a_plan_takes_it_for_is_told_and_not_followed()
    {
        await using var target = await ProbedTarget.StartAsync();
        var place = target.Order("Desk", "Place", ProbeFlags.Enter) with
        {
            Captures =
            [
                At(1, CaptureRead.Type),
                At(1, CaptureRead.Object, Follow(OrderNote)),
                At(1, CaptureRead.Int32, Follow(OrderItems), new Hop(CaptureHop.Element, 1)),
                At(1, CaptureRead.Int64, Follow(OrderTotal), Follow(0)),
                At(3, CaptureRead.Text),
                At(1, CaptureRead.Text),
                At(1, CaptureRead.Int64, Follow(60_000)),
                At(2, CaptureRead.Length),
                At(1, CaptureRead.Int64, new Hop(CaptureHop.Follow, OrderTotal, Type: 12345)),
                new(CaptureRoot.Argument, 1, CaptureMoment.Enter, CaptureRead.Bytes, [Follow(OrderTotal)], 12),
            ],
        };
        await target.ArmAsync(place);
        await target.AskAsync("orders 6");
        var hits = await target.HitsAsync(place, 6);
        long type = hits[0].Values[0].Number;
        for (int i = 1; i <= 6; i++)
        {
            var values = hits[i - 1].Values;
            values.Select(v => v.Kind).ShouldBe([
                ProbeValueKind.Type,
                i % 2 == 0 ? ProbeValueKind.Text : ProbeValueKind.Object,
                i % 4 < 2 ? ProbeValueKind.OutOfRange : ProbeValueKind.Int,
                ProbeValueKind.Unreadable, ProbeValueKind.Unreadable, ProbeValueKind.OtherType, ProbeValueKind.Unreadable,
                i % 3 == 0 ? ProbeValueKind.Null : ProbeValueKind.Length,
                ProbeValueKind.OtherType, ProbeValueKind.Bytes]);
            values[0].Number.ShouldBe(type);
            if (i % 2 == 0)
                values[1].Text.ShouldBe("note" + i);
            else
                BitConverter.ToInt32(values[1].Content.Span[8..]).ShouldBe(i, "a boxed number");
            values[2].Number.ShouldBe(i % 4 < 2 ? i % 4 : 1);
            (values[5].Number, values[8].Number).ShouldBe((type, type));
            BitConverter.ToInt64(values[9].Content.Span).ShouldBe(i * 100);
        }
    }

    [TestMethod]
    public async Task Numbers_of_every_width_come_out_as_they_are()
    {
        await using var target = await ProbedTarget.StartAsync();
        CaptureRead[] reads = [CaptureRead.Int8, CaptureRead.UInt8, CaptureRead.Int16, CaptureRead.UInt16, CaptureRead.Int32, CaptureRead.UInt32, CaptureRead.Int64, CaptureRead.UInt64, CaptureRead.Char, CaptureRead.Bool];
        var mixed = target.Order("Plain", "Mixed", ProbeFlags.Enter) with { Captures = [.. reads.Select((read, i) => At(i, read))] };
        var scale = target.Order("Plain", "Scale", ProbeFlags.Enter | ProbeFlags.Leave) with { Captures = [At(0, CaptureRead.Double), At(1, CaptureRead.Single), new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Double, [])] };
        var byReference = target.Order("Values", "Double", ProbeFlags.Enter | ProbeFlags.Leave) with { Captures = [At(0, CaptureRead.Int32, Follow(0)) with { Moments = Both }] };
        var big = target.Order("Values", "Sum", ProbeFlags.Enter) with { Captures = [At(0, CaptureRead.Int64, new Hop(CaptureHop.Within, 24))] };
        var box = target.Order("Box`1", "Get", ProbeFlags.Leave) with { Captures = [new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Int32, [])] };
        await target.ArmAsync(mixed, scale, byReference, big, box);
        await target.AskAsync("each 1");
        (await target.HitsAsync(mixed, 1))[0].Values.Select(v => v.Number).ShouldBe([-1, 2, -3, 4, -5, 6, -7, 8, 'x', 1]);
        (await target.HitsAsync(scale, 2)).SelectMany(h => h.Values).Select(v => BitConverter.Int64BitsToDouble(v.Number)).ShouldBe([2.0, 1.5, 3.0]);
        (await target.HitsAsync(byReference, 2)).Select(h => h.Values[0].Number).ShouldBe([1, 2]);
        (await target.HitsAsync(big, 1))[0].Values[0].Number.ShouldBe(3);
        (await target.HitsAsync(box, 3))[0].Values[0].Number.ShouldBe(1);
    }

    [TestMethod]
    public async Task Only_what_meets_the_condition_is_a_hit()
    {
        await using var target = await ProbedTarget.StartAsync();
        Capture[] captures =
        [
            At(1, CaptureRead.Int64, Follow(OrderTotal)),
            At(2, CaptureRead.Text),
            At(1, CaptureRead.Text, Follow(OrderCustomer), Follow(CustomerName)) with { Moments = CaptureMoment.Enter | CaptureMoment.OnlyForCondition },
            new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Int64, []),
        ];
        ConditionTerm total = new(ConditionOperation.Capture, 0), channel = new(ConditionOperation.TextEquals, 1, Text: "web"), and = new(ConditionOperation.And);
        ProbeOrder Order(params ConditionTerm[] enter) => target.Order("Desk", "Place", ProbeFlags.Enter | ProbeFlags.Leave) with { Captures = captures, Enter = enter };
        var dear = Order(total, new(ConditionOperation.Integer, Constant: 1000), new(ConditionOperation.Greater));
        var dearOnWeb = Order([.. dear.Enter, channel, and]);
        var noChannel = Order(new ConditionTerm(ConditionOperation.IsNull, 1));
        var named = Order(new(ConditionOperation.TextStartsWith, 2, Text: "customer1"), new(ConditionOperation.TextEndsWith, 2, Text: "5"), and, new(ConditionOperation.TextContains, 2, Text: "er1"), and);
        var slow = Order() with { Leave = [new(ConditionOperation.ElapsedNanos), new(ConditionOperation.Integer, Constant: 3_600_000_000_000), new(ConditionOperation.Greater)] };
        var quick = Order() with { Flags = ProbeFlags.Leave, Leave = [.. slow.Leave, new(ConditionOperation.Not), new(ConditionOperation.Capture, 3), new(ConditionOperation.Double, Constant: BitConverter.DoubleToInt64Bits(1500.5)), new(ConditionOperation.GreaterOrEqual), and] };
        await target.ArmAsync(dear, dearOnWeb, noChannel, named, slow, quick);
        string[] said = (await target.AskAsync("orders 20")).Split(' ');
        await target.HitsAsync(quick, said.Count(s => long.Parse(s.Split('/')[6], CultureInfo.InvariantCulture) > 1500));
        int[] Numbers(ProbeOrder order) => [.. target.Of(order).Where(h => h.Record.Kind == HookKind.ProbeEnter).Select(h => (int)h.Values[0].Number / 100)];
        Numbers(dear).ShouldBe(Enumerable.Range(11, 10));
        Numbers(dearOnWeb).ShouldBe(Enumerable.Range(11, 10).Where(i => i % 3 != 0));
        Numbers(noChannel).ShouldBe([3, 6, 9, 12, 15, 18]);
        Numbers(named).ShouldBe([15]);
        target.Of(slow).Count(h => h.Record.Kind == HookKind.ProbeLeave).ShouldBe(0);
        target.Of(quick).Count.ShouldBe(6);
        target.Of(dear).Count.ShouldBe(20, "a call that began as a hit is told to its end");
        (await target.AskAsync("orders 0")).ShouldBe("");
    }

    [TestMethod]
    public async Task A_line_tells_the_locals_wherever_it_stands()
    {
        await using var target = await ProbedTarget.StartAsync();
        Capture Local(int index, CaptureRead read) => new(CaptureRoot.Local, index, CaptureMoment.Line, read, [], read is CaptureRead.Text ? 64 : 0);
        var inLoop = target.Line("Desk", "Place", "price += item") with { Captures = [Local(0, CaptureRead.Int64), Local(1, CaptureRead.Text), At(3, CaptureRead.Int32) with { Moments = CaptureMoment.Line }] };
        var afterLoop = target.Line("Desk", "Place", "_last = label") with { Captures = [Local(0, CaptureRead.Int64)], Enter = [new(ConditionOperation.Capture, 0), new(ConditionOperation.Integer, Constant: 500), new(ConditionOperation.Less)] };
        var inExpression = target.Order("Plain", "Choose", ProbeFlags.Line) with { IlOffset = target.Instructions(target.Token("Plain", "Choose")).ElementAt(6) };
        await target.ArmAsync(inLoop, afterLoop, inExpression);
        string[] said = (await target.AskAsync("orders 8")).Split(' ');
        (await target.AskAsync("each 10")).ShouldBe("");
        await target.HitsAsync(inExpression, 5);
        var inside = target.Of(inLoop).Where(h => h.Values[2].Number != 0).ToList();
        inside.Count.ShouldBe(said.Sum(s => int.Parse(s.Split('/')[3], CultureInfo.InvariantCulture)));
        inside[0].Values.Select(Text).ShouldBe(["100", "web1", "1"]);
        target.Of(afterLoop).Take(4).Select(h => h.Values[0].Number).ShouldBe(said.Take(4).Select(s => long.Parse(s.Split('/')[6], CultureInfo.InvariantCulture)));
        target.Of(inLoop).ShouldAllBe(h => h.Record.Kind == HookKind.ProbeLine);
    }

    [TestMethod]
    public async Task Instructions_of_every_kind_take_a_line_before_them()
    {
        await using var target = await ProbedTarget.StartAsync();
        var random = new Random(4);
        var orders = target.AllMethods().SelectMany(m => target.Instructions(m.Token).OrderBy(_ => random.Next()).Take(8).Select(offset => target.Order(m.Token, ProbeFlags.Line) with { IlOffset = offset })).ToList();
        foreach (var some in orders.OrderBy(_ => random.Next()).Take(1000).Select(ProbedTarget.Renewed).Chunk(500))
        {
            await target.ArmAsync(some);
            some.Where(o => target.Status(o).State == (uint)ProbeState.Refused).Select(o => $"{o.Method:X} {o.IlOffset:X} {NativeRefusal.Explain(target.Status(o).Result)}").ShouldBeEmpty();
            (await target.AskAsync("each 12")).ShouldBe("");
            await Deadline.UntilAsync("hits of a third", () => some.Count(o => target.Status(o).Hits > 0) > some.Length / 3);
            some.ShouldAllBe(o => target.Status(o).State != (uint)ProbeState.Refused);
            await target.AskAsync(NativeCommand.DisarmAll);
        }
    }

    static string Text(ProbeValue value) => value.Kind switch
    {
        ProbeValueKind.Text => value.Text,
        ProbeValueKind.Null => "-",
        _ => value.Number.ToString(CultureInfo.InvariantCulture),
    };
}
