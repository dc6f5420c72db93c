// Events of every kind with every sort of handle, from a seed: what the codec must bring through unchanged.
using Scope.Events;

namespace Scope.Store.Tests.Segments;

sealed class RandomHistory
{
    readonly Random _random;
    readonly TargetId[] _targets;
    readonly ThreadId[] _threads;
    readonly MethodId[] _methods;
    readonly CodeNodeId[] _nodes;
    readonly StackId[] _stacks;
    readonly SpanId[] _spans;
    readonly FlowId[] _flows;
    readonly NameId[] _names;
    readonly PayloadId[] _payloads;
    long _time = 1_763_690_000_000_000_000;

    public RandomHistory(int seed)
    {
        _random = new(seed);
        _targets = Many(3, i => Catalog.Targets.Add(new(100 + i, $"svc{i}", $"dotnet svc{i}.dll --pass ***", "10.0.1", "x64", "Linux", new(_time - i), i, $"svc{i}")));
        _names = Many(60, i => Catalog.Names.Intern(Text(i)));
        _threads = Many(20, i => Catalog.Threads.Intern(Any(_targets), 5000 + i * 7));
        foreach (var thread in _threads.Skip(3).Take(5)) Catalog.Threads.SetName(thread, Any(_names));
        var modules = Many(6, i => Catalog.Modules.Intern(new(Any(_targets), (ulong)(i + 1) << 40, $"/app/lib{i}.dll", i == 5)));
        _methods = Many(40, i => Catalog.Methods.Intern(new(Any(modules), i == 0 ? 0 : 0x6000001 + i, i % 9 == 0 ? "" : $"Shop.Orders.Type{i % 7}+Nested", $"Method{i}", $"int32 (string,{Text(i)})")));
        _nodes = Many(80, i => i % 3 == 0 ? Catalog.CodeNodes.Intern(Any(_targets), Any(_methods), i) : Catalog.CodeNodes.Intern(Any(_targets), 0x7F00_0000_0000UL + (ulong)i * 16));
        foreach (var node in _nodes.Where((_, i) => i % 5 == 1)) Catalog.CodeNodes.Resolve(node, Any(_methods), _random.Next(500));
        _stacks = Many(50, _ => Catalog.Stacks.Intern(Many(_random.Next(1, 30), _ => Any(_nodes))));
        _spans = Many(200, i => i % 10 == 0 ? Catalog.Spans.New() : i % 10 == 1 ? Catalog.Spans.Intern(SpanKey.OfActivity(NextGuid())) : Catalog.Spans.Intern(new(NextTrace(), (ulong)_random.NextInt64(1, long.MaxValue))));
        _flows = Many(30, i => i % 5 == 0 ? Catalog.Flows.New() : Catalog.Flows.Intern(NextTrace()));
        _payloads = Many(70, Payload);
    }

    public Catalog Catalog { get; } = new();

    public IReadOnlyList<CodeNodeId> Nodes => _nodes;

    public IReadOnlyList<MethodId> Methods => _methods;

    public IReadOnlyList<ThreadId> Threads => _threads;

    public IReadOnlyList<NameId> Names => _names;

    public ScopeEvent[] Events(int count) => Many(count, _ => Event());

    ScopeEvent Event()
    {
        var kind = EventKinds.All[_random.Next(EventKinds.All.Count)];
        _time += _random.Next(4) == 0 ? _random.NextInt64(2_000_000) : _random.Next(2000);
        return new()
        {
            Time = new(_time),
            Kind = kind.Kind,
            Value = _random.Next(50) == 0 ? long.MinValue + _random.Next(2) : _random.NextInt64(-10, 100_000_000),
            Flags = (EventFlags)_random.Next(1024),
            Target = Maybe(_targets),
            Detail = (ushort)_random.Next(ushort.MaxValue + 1),
            Thread = Maybe(_threads),
            Span = Maybe(_spans),
            Parent = Maybe(_spans),
            Flow = Maybe(_flows),
            Method = Maybe(_methods),
            CodeNode = Maybe(_nodes),
            Name = Maybe(_names),
            Stack = Maybe(_stacks),
            Payload = Maybe(_payloads),
            Related = kind.Related switch { "owner thread" => RelatedId.Of(Maybe(_threads)), "runtime activity" => RelatedId.Of(Maybe(_spans)), _ => new(_random.Next(-5, int.MaxValue)) },
        };
    }

    /// <summary>All that an event means, so that events with other handles for the same things are equal.</summary>
    public static string Meaning(Catalog c, in ScopeEvent e)
    {
        var payload = new List<string>();
        for (var fields = c.Payloads.Read(e.Payload); fields.Next();) payload.Add($"{c.Names[fields.Key]}={fields.Text}");
        string Thread(ThreadId id) => c.Threads.TryGet(id, out var key) ? $"{Target(key.Target)}:{key.OsId}:{c.Names[c.Threads.NameOf(id)]}" : "-";
        string Target(TargetId id) => id.IsNone ? "-" : c.Targets[id].ToString();
        string Method(MethodId id) => c.Methods[id] is { } m ? $"{m.Token:x} {m.FullName} {m.Signature} in {(c.Modules[m.Module] is { } module ? $"{module.Path} {module.RuntimeModuleId} {module.IsDynamic} {Target(module.Target)}" : "-")}" : "-";
        string Node(CodeNodeId id) => c.CodeNodes.TryGet(id, out var key) ? $"{Target(key.Target)} {key.Address:x} {Method(c.CodeNodes.MethodOf(id))}+{c.CodeNodes.OffsetOf(id)}" : "-";
        string Span(SpanId id) => id.IsNone ? "-" : c.Spans[id] == default ? "nameless" : $"{c.Spans[id].TraceOrActivity}/{c.Spans[id].W3CSpan}";
        return string.Join(" | ", e.Time.UnixNanos, e.Value, e.Kind, (int)e.Flags, Target(e.Target), e.Detail, Thread(e.Thread), Span(e.Span), Span(e.Parent),
            e.Flow.IsNone ? "-" : "f" + c.Flows.Text(e.Flow), Method(e.Method), Node(e.CodeNode), c.Names[e.Name], string.Join("<", c.Stacks.Frames(e.Stack).Select(Node)),
            string.Join(",", payload), EventKinds.Rule(e.Kind).Related switch { "owner thread" => Thread(e.Related.AsThread), "runtime activity" => Span(e.Related.AsActivity), _ => e.Related.Value });
    }

    PayloadId Payload(int i)
    {
        var writer = new PayloadWriter(new byte[Limits.PayloadBytes]);
        for (var f = 0; f <= i % 4; f++) writer.Add(Any(_names), i == 69 ? new string('x', 40_000) : Text(_random.Next(100)));
        return Catalog.Payloads.Add(writer.Written);
    }

    static string Text(int i) => (i % 6) switch
    {
        0 => $"GET /orders/{i}",
        1 => $"größe {i} 😀",
        2 => $"lone \uD800 {i}",
        3 => $"<script>{i}</script>\0\r\n",
        4 => $"\uDFFF{i}\uD83D",
        _ => new string((char)('a' + i % 26), i * 11),
    };

    UInt128 NextTrace() => new((ulong)_random.NextInt64(), (ulong)_random.NextInt64(1, long.MaxValue));

    Guid NextGuid()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    T[] Many<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];

    T Any<T>(T[] all) => all[_random.Next(all.Length)];

    T Maybe<T>(T[] all) where T : struct => _random.Next(3) == 0 ? default : Any(all);
}
