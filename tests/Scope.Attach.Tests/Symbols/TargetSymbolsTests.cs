using System.Buffers.Binary;
using Scope.Attach.Symbols;
using Scope.Events;

namespace Scope.Attach.Tests.Symbols;

[TestClass]
public sealed class TargetSymbolsTests
{
    readonly Catalog _catalog = new();
    readonly TargetSymbols _symbols;

    public TargetSymbolsTests() => _symbols = new(_catalog.Targets.Add(new(1, "t", "", "", "", "", EventTime.Min, 0, "")), _catalog);

    [TestMethod]
    public void An_address_that_was_seen_before_its_method_was_told_learns_it_then()
    {
        var node = _symbols.NodeOf(0x1010);
        _catalog.CodeNodes.MethodOf(node).IsNone.ShouldBeTrue();
        _symbols.UnresolvedCount.ShouldBe(1);
        _symbols.ModuleTold(7, "/app/shop.dll", isDynamic: false);
        _symbols.MethodTold(0x1000, 0x20, 7, 0x06000001, "Shop.Cart", "Add", "");
        _catalog.Methods[_catalog.CodeNodes.MethodOf(node)]!.FullName.ShouldBe("Shop.Cart.Add");
        _catalog.CodeNodes.OffsetOf(node).ShouldBe(0x10);
        _symbols.UnresolvedCount.ShouldBe(0);
    }

    [TestMethod]
    public void A_method_waits_for_its_module_and_goes_without_when_the_rundown_ends()
    {
        var node = _symbols.NodeOf(0x1010);
        _symbols.MethodTold(0x1000, 0x20, 7, 1, "Shop.Cart", "Add", "").IsNone.ShouldBeTrue();
        _catalog.CodeNodes.MethodOf(node).IsNone.ShouldBeTrue();
        _symbols.ModuleTold(7, "/app/shop.dll", isDynamic: false);
        _symbols.Complete();
        var method = _catalog.Methods[_catalog.CodeNodes.MethodOf(node)]!;
        _catalog.Modules[method.Module]!.Name.ShouldBe("shop");
        _symbols.MethodTold(0x2000, 0x20, 99, 1, "Shop.Late", "Run", "").IsNone.ShouldBeFalse();
    }

    [TestMethod]
    public void A_return_address_behind_a_call_that_never_returns_belongs_to_the_caller()
    {
        _symbols.MethodTold(0x1000, 0x10, 0, 1, "A", "Calls", "");
        _symbols.MethodTold(0x1010, 0x10, 0, 2, "A", "Next", "");
        Name(0x100F).ShouldBe("A.Calls");
        Name(0x1010).ShouldBe("A.Next"); // The first byte of a method: the top frame stands there.
        Name(0x1020).ShouldBe("A.Next"); // Behind its last byte: the call was its last instruction.
        Name(0x1021).ShouldBe("");
    }

    [TestMethod]
    public void The_map_finds_what_a_plain_list_finds()
    {
        var random = new Random(11);
        var map = new AddressMap();
        var plain = new List<(ulong Start, ulong End, MethodId Method)>();
        for (var i = 1; i <= 3000; i++)
        {
            var start = (ulong)random.Next(1, 100_000) * 64;
            var size = (uint)random.Next(1, 64);
            map.Add(start, size, new(i));
            plain.RemoveAll(m => m.Start == start); // Code at the same place has replaced the earlier.
            plain.Add((start, start + size, new(i)));
            var address = (ulong)random.Next(0, 100_100 * 64);
            var expected = plain.Find(m => address - 1 >= m.Start && address - 1 < m.End || address == m.Start);
            var found = map.TryFind(address, out var method, out _);
            found.ShouldBe(expected != default);
            if (found) method.ShouldBe(plain.Find(m => address == m.Start) is { Start: > 0 } exact ? exact.Method : expected.Method);
        }
    }

    [TestMethod]
    public void A_stack_told_again_under_another_number_is_the_same_stack()
    {
        var stacks = new StackTranslation(_symbols, _catalog);
        var bytes = new byte[24];
        for (var i = 0; i < 3; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), 0x1000ul + (ulong)i);
        stacks.Tell(1, bytes, 8);
        ScopeEvent first = default, second = default, stale = default;
        stacks.Apply(1, ref first);
        stacks.Forget();
        stacks.Apply(1, ref stale);
        stacks.Tell(9, bytes, 8);
        stacks.Apply(9, ref second);
        stale.Stack.IsNone.ShouldBeTrue();
        second.Stack.ShouldBe(first.Stack);
        _catalog.Stacks.Frames(first.Stack).Select(f => _catalog.CodeNodes.TryGet(f, out var key) ? key.Address : 0).ShouldBe([0x1000ul, 0x1001ul, 0x1002ul]);
    }

    [TestMethod]
    public void Stack_numbers_out_of_all_bounds_are_left_out()
    {
        var stacks = new StackTranslation(_symbols, _catalog);
        stacks.Tell(int.MaxValue, new byte[8], 8);
        stacks.Tell(-1, new byte[8], 8);
        ScopeEvent e = default;
        stacks.Apply(int.MaxValue, ref e);
        stacks.Apply(-1, ref e);
        e.Stack.IsNone.ShouldBeTrue();
    }

    string Name(ulong address) => _catalog.Methods[_symbols.MethodAt(address)]?.FullName ?? "";
}
