// Random histories and random questions, from a seed, so that a failure can be had again.
using Scope.Events;

namespace Scope.Store.Contract;

/// <summary>Makes events and queries that have something to do with each other.</summary>
public sealed class RandomEvents
{
    const int Keys = 12;

    static readonly string[] Words = ["GET /orders", "get /Ordérs/{id}", "SELECT * FROM stock", "System.TimeoutException", "ÜBER", "日本語", "İstanbul", "x"];

    readonly Random _random;
    readonly List<PayloadId> _payloads = [default, default, default];
    long _now = 1_700_000_000_000_000_000;

    /// <param name="seed">What everything follows from.</param>
    /// <param name="identified">Whether spans and flows have W3C ids, so that tiers that number in their own ways can tell them.</param>
    public RandomEvents(int seed, bool identified = false)
    {
        _random = new(seed);
        var target = Catalog.Targets.Add(new(1, "a", "", "", "", "", EventTime.Min, 1, ""));
        Catalog.Targets.Add(new(2, "b", "", "", "", "", EventTime.Min, 1, ""));
        foreach (var word in Words) Catalog.Names.Intern(word);
        for (var i = 1; i <= Keys; i++)
        {
            Catalog.Threads.Intern(target, i);
            var method = Catalog.Methods.Intern(new(default, i, "Shop.Orders" + i, i % 2 == 0 ? "Take" : "Sélect", ""));
            Catalog.CodeNodes.Intern(target, method);
            if (identified) Catalog.Spans.Intern(new((UInt128)seed, (ulong)i));
            else Catalog.Spans.New();
            if (identified) Catalog.Flows.Intern((UInt128)seed << 64 | (uint)i);
            else Catalog.Flows.New();
            _payloads.Add(Payload());
        }
    }

    public Catalog Catalog { get; } = new();

    /// <summary>Events in the order of their time; several may have the same.</summary>
    public List<ScopeEvent> Events(int count) => [.. Enumerable.Range(0, count).Select(_ => Event())];

    public ScopeEvent Event()
    {
        _now += _random.Next(4) * 250;
        return new()
        {
            Time = new(_now),
            Value = _random.Next(-3, 1000),
            Kind = (EventKind)_random.Next(1, 49),
            Flags = (EventFlags)(_random.Next(8) * _random.Next(2)),
            Target = new((ushort)_random.Next(1, 3)),
            Detail = (ushort)_random.Next(600),
            Thread = new(Key()),
            Span = new(Key()),
            Parent = new(Key()),
            Flow = new(Key()),
            Method = new(Key()),
            CodeNode = new(Key()),
            Name = new(_random.Next(Words.Length + 1)),
            Payload = _payloads[_random.Next(_payloads.Count)],
            Related = new(Key()),
        };
    }

    /// <summary>A question with a few filters, most of which let something pass.</summary>
    public EventQuery Query(IReadOnlyList<ScopeEvent> events)
    {
        var q = new EventQuery { Order = (EventOrder)_random.Next(2) };
        if (Often()) q = q with { Limit = _random.Next(0, 30) };
        if (Often()) q = q with { From = TimeIn(events) };
        if (Often()) q = q with { To = TimeIn(events) };
        if (Seldom()) q = q with { FromId = new(_random.Next(-1, events.Count + 2)) };
        if (Seldom()) q = q with { ToId = new(_random.Next(-1, events.Count + 2)) };
        for (var filters = _random.Next(4); filters > 0; filters--)
            q = _random.Next(17) switch
            {
                0 => q with { Target = new((ushort)_random.Next(1, 4)) },
                1 => q with { Thread = new(Key()) },
                2 => q with { Span = new(Key()) },
                3 => q with { Flow = new(Key()) },
                4 => q with { Method = new(Key()) },
                5 => q with { CodeNode = new(Key()) },
                6 => q with { Kinds = Kinds() },
                7 => q with { Name = new(_random.Next(Words.Length + 1)) },
                8 => q with { Flags = (EventFlags)_random.Next(8) },
                9 => q with { MinValue = _random.Next(1000), MaxValue = _random.Next(500, 1000) },
                10 => q with { Threads = Set(id => new ThreadId(id)) },
                11 => q with { Spans = Set(id => new SpanId(id)) },
                12 => q with { Flows = Set(id => new FlowId(id)) },
                13 => q with { Methods = Set(id => new MethodId(id)) },
                14 => q with { Names = Set(id => new NameId(Math.Min(id, Words.Length))) },
                15 => q with { Targets = Set(id => new TargetId((ushort)(id % 4))) },
                _ => q with { Text = Text() },
            };
        return q;
    }

    int Key() => _random.Next(10) == 0 ? 0 : _random.Next(1, Keys + 1);

    bool Often() => _random.Next(3) == 0;

    bool Seldom() => _random.Next(8) == 0;

    HandleSet<T> Set<T>(Func<int, T> handle) where T : unmanaged => new(Enumerable.Range(0, _random.Next(5)).Select(_ => handle(Key())));

    EventTime TimeIn(IReadOnlyList<ScopeEvent> events) =>
        events.Count == 0 ? EventTime.Now : events[_random.Next(events.Count)].Time + _random.Next(-1, 2);

    KindSet Kinds()
    {
        ulong bits = 0;
        for (var kinds = _random.Next(1, 8); kinds > 0; kinds--) bits |= 1UL << _random.Next(1, 49);
        return _random.Next(6) == 0 ? KindSet.Spans : new(bits);
    }

    string Text()
    {
        var word = Words[_random.Next(Words.Length)];
        var start = _random.Next(word.Length);
        var text = word.Substring(start, _random.Next(1, word.Length - start + 1));
        return _random.Next(3) switch { 0 => text.ToUpperInvariant(), 1 => text.ToLowerInvariant(), _ => text };
    }

    PayloadId Payload()
    {
        var writer = new PayloadWriter(new byte[4096]);
        for (var fields = _random.Next(1, 4); fields > 0; fields--)
            writer.Add(new NameId(_random.Next(1, Words.Length)), Words[_random.Next(Words.Length)] + _random.Next(100));
        return Catalog.Payloads.Add(writer.Written);
    }
}
