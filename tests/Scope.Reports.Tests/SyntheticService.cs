// A web shop that never was: requests with SQL and calls below them, exceptions with stacks, collections, a lock that
// everybody wants from the middle on, and samples of what its threads did. Seeded, so that it is the same each time.
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Store;

namespace Scope.Reports.Tests;

/// <summary>Makes a realistic history of any size.</summary>
public sealed class SyntheticService
{
    const long Millisecond = 1_000_000, Second = 1_000_000_000;

    static readonly string[] Routes = ["GET /api/orders/{id}", "POST /api/orders", "GET /api/products", "GET /api/cart", "POST /api/checkout", "GET /health"];
    static readonly string[] Sql =
    [
        "SELECT o.\"Id\", o.\"CustomerId\", o.\"Total\" FROM \"Orders\" AS o WHERE o.\"Id\" = @p0 LIMIT 1",
        "SELECT p.\"Id\", p.\"Name\", p.\"Price\", s.\"Quantity\" FROM \"Products\" AS p LEFT JOIN \"Stock\" AS s ON s.\"ProductId\" = p.\"Id\" WHERE p.\"CategoryId\" = ANY (@categories) ORDER BY p.\"Name\" LIMIT @take",
        "INSERT INTO \"Orders\" (\"CustomerId\", \"Total\", \"At\") VALUES (@p0, @p1, @p2) RETURNING \"Id\"",
        "UPDATE \"Stock\" SET \"Quantity\" = \"Quantity\" - @p0 WHERE \"ProductId\" = @p1",
    ];

    readonly Random _random = new(20261121);
    readonly Catalog _catalog;
    readonly TargetId _target;
    readonly EventTime _start = new(1_795_226_400L * Second);
    readonly ThreadId[] _threads;
    readonly NameId _message, _poolReason, _gcReason;
    readonly StackId[] _busy, _waiting;
    readonly StackId _throwing, _contending, _rethrowing;
    readonly List<ScopeEvent> _events = [];
    int _gcNumber;

    SyntheticService(Catalog catalog)
    {
        _catalog = catalog;
        _target = catalog.Targets.Add(Target);
        _threads = [.. Enumerable.Range(4211, 24).Select(id => catalog.Threads.Intern(_target, id))];
        foreach (var thread in _threads) catalog.Threads.SetName(thread, catalog.Names.Intern(".NET TP Worker"));
        _message = catalog.Names.Intern("message");
        (_poolReason, _gcReason) = (catalog.Names.Intern("Starvation"), catalog.Names.Intern("AllocSmall"));
        var root = Frames(default, "System.Private.CoreLib|System.Threading.PortableThreadPool+WorkerThread|WorkerThreadStart", "System.Private.CoreLib|System.Threading.ThreadPoolWorkQueue|Dispatch",
            "Microsoft.AspNetCore.Server.Kestrel.Core|Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpProtocol+<ProcessRequests>d__238`1[System.__Canon]|MoveNext",
            "Microsoft.AspNetCore.Routing|Microsoft.AspNetCore.Routing.EndpointMiddleware|Invoke");
        var orders = Frames(root, "Shop.Api|Shop.Api.Orders.OrderEndpoints+<>c__DisplayClass3_0|<Map>b__1", "Shop.Api|Shop.Api.Orders.OrderService+<Load>d__7|MoveNext");
        var prices = Frames(orders, "Shop.Domain|Shop.Domain.Pricing.PriceTable|Find");
        _throwing = Frames(orders, "Shop.Domain|Shop.Domain.Orders.OrderRules|Check", "System.Private.CoreLib|System.ThrowHelper|ThrowInvalidOperationException");
        _rethrowing = Frames(orders, "Shop.Api|Shop.Api.Payments.PaymentClient+<Charge>d__4|MoveNext", "System.Net.Http|System.Net.Http.HttpConnectionPool+<SendAsync>d__9|MoveNext");
        _contending = Frames(prices, "System.Private.CoreLib|System.Threading.Monitor|Enter_Slowpath");
        _busy =
        [
            Frames(prices, "System.Private.CoreLib|System.Collections.Generic.Dictionary`2|TryGetValue"), Frames(prices, "System.Text.RegularExpressions|System.Text.RegularExpressions.Regex|Replace"),
            Frames(root, "Shop.Api|Shop.Api.Orders.OrderEndpoints|WriteJson", "System.Text.Json|System.Text.Json.JsonSerializer|Serialize"), prices,
            Frames(orders, "Npgsql|Npgsql.NpgsqlCommand+<ExecuteReader>d__119|MoveNext"),
        ];
        _waiting = [_contending, Frames(default, "System.Private.CoreLib|System.Threading.PortableThreadPool+WorkerThread|WorkerThreadStart", "System.Private.CoreLib|System.Threading.LowLevelLifoSemaphore|WaitNative")];
    }

    /// <summary>The process that it pretends to be.</summary>
    public static TargetInfo Target { get; } = new(4242, "Shop.Api", "dotnet /srv/shop/Shop.Api.dll --urls http://127.0.0.1:5000", "10.0.12", "x64", "Linux", EventTime.Min, 4, "Shop.Api");

    /// <summary>What surrounds the history in a report.</summary>
    public static ReportFacts Facts(IHistory history) => new()
    {
        Target = Target, Ledger = history.Ledger, Command = "scope-attach 4242 --duration 00:01:00 --profile default", RecordingPath = "Shop.Api_20261121_020000.scope", Source = "profile default",
        Cost = new(2_140_000_000, 212L << 20, 0.031, "Events by kind times the measured cost of each, against the CPU of the target."),
        Notes = ["CPU samples are attributed to flows by task waits: right in 95 of 100."],
    };

    /// <summary>Fills a sink with about so many events over so many seconds, oldest first.</summary>
    public static void Fill(Catalog catalog, IEventSink into, int eventCount, int seconds)
    {
        var service = new SyntheticService(catalog);
        service.Make(eventCount, seconds);
        service._events.Sort((a, b) => a.Time.CompareTo(b.Time));
        foreach (var e in service._events) into.Append(in e);
        into.Advance(EventTime.Max);
    }

    /// <summary>What a diagnosis of it would say, on the evidence that is there.</summary>
    public static Diagnosis Diagnose(IHistory history)
    {
        var waits = history.List(new() { Kinds = KindSet.Of(EventKind.Contention) }).OrderByDescending(e => e.Event.Value).ToList();
        var thrown = history.List(new() { Kinds = KindSet.Of(EventKind.ExceptionThrown), Limit = 40 });
        return new(history.First, history.Last,
        [
            new()
            {
                Cause = "lock-contention", Culprit = "Shop.Domain.Pricing.PriceTable.Find", Severity = Severity.Critical, Confidence = 0.93, Impact = 0.61, Also = ["Shop.Api.Orders.OrderService.Load"],
                Summary = $"Threads waited {waits.Count:N0} times for one lock, up to {waits[0].Event.Value / Millisecond} ms; 61 % of the time of GET /api/orders/{{id}} went into it.",
                Advice = "Read prices from an immutable snapshot that is swapped when they change, so that Find takes no lock.",
                Reasoning = "The blocked threads' first application frame is Find in every wait, and the owner was in Find too. A p99 that stays high with the lock gone would refute it.",
                Evidence = [.. waits.Take(40).Select(e => e.Id)],
            },
            new()
            {
                Cause = "exception-storm", Culprit = "Shop.Domain.Orders.OrderRules.Check", Severity = Severity.Warning, Confidence = 0.74, Impact = 0.08,
                Summary = "InvalidOperationException is thrown for one order in fourteen and answered with status 500.", Advice = "Check the stock before the order is built, and answer 409.",
                Evidence = [.. thrown.Select(e => e.Id)],
            },
        ]);
    }

    void Make(int eventCount, int seconds)
    {
        var nanos = seconds * Second;
        var each = 14.5; // Events that a request makes on average, samples included.
        var requests = (int)(eventCount / each);
        for (var i = 0; i < requests; i++) MakeRequest(_start + (long)(nanos * (i + _random.NextDouble()) / requests), nanos);
        MakeHang(_start + nanos / 2);
        for (var t = 0L; t < nanos; t += Second / 2) MakeCollection(_start + t + _random.NextInt64(Second / 4));
        for (var t = 0L; t < nanos; t += Second) MakeSecond(_start + t, t, nanos);
    }

    /// <summary>Three requests that hang from the middle on.</summary>
    void MakeHang(EventTime at)
    {
        for (var i = 0; i < 3; i++)
            Add(EventKind.RequestStart, at + i, 0, _threads[i], _catalog.Spans.New(), default, _catalog.Flows.New(), _catalog.Names.Intern($"GET /api/orders/{7000 + i}"));
    }

    void MakeRequest(EventTime start, long window)
    {
        var isBusy = start - _start > window * 2 / 5 && start - _start < window * 4 / 5;
        var route = Math.Min(_random.Next(Routes.Length), _random.Next(Routes.Length));
        var flow = _catalog.Flows.Intern((UInt128)_random.NextInt64() << 64 | (UInt128)_random.NextInt64());
        var root = _catalog.Spans.New();
        var thread = _threads[_random.Next(_threads.Length)];
        var at = start + Spread(300_000);
        if (route == 0 && _random.Next(isBusy ? 2 : 40) == 0)
        {
            var wait = Spread(isBusy ? 90 * Millisecond : Millisecond);
            at += wait;
            Add(EventKind.Contention, at, wait, thread, root, default, flow, _catalog.Names.Intern("Shop.Domain.Pricing.PriceTable._gate"), _contending, related: RelatedId.Of(_threads[3]));
        }
        for (var i = _random.Next(4); i > 0 && route != 5; i--)
        {
            var took = Spread(i == 3 ? 9 * Millisecond : 2 * Millisecond);
            at += took + Spread(100_000);
            Add(EventKind.Sql, at, took, thread, _catalog.Spans.New(), root, flow, _catalog.Names.Intern(Sql[_random.Next(Sql.Length)]), default);
        }
        if (route == 4)
        {
            var took = Spread(30 * Millisecond);
            at += took;
            Add(EventKind.ClientCall, at, took, thread, _catalog.Spans.New(), root, flow, _catalog.Names.Intern("POST payments.internal"), default, detail: 200);
        }
        var fails = _random.Next(40) == 0;
        if (fails) Throw(at, thread, root, flow, route == 4);
        if (_random.Next(5) == 0) Log(at, thread, root, flow, fails ? 4 : 2, fails ? "Order could not be placed" : $"Order {_random.Next(100000)} placed");
        for (var i = 0; i < 11; i++) Sample(start + (at - start) * i / 11, thread, root, flow, isBusy && route == 0);
        at += Spread(200_000);
        Add(EventKind.Request, at, at - start, thread, root, default, flow, _catalog.Names.Intern(Routes[route]), default, detail: fails ? (ushort)500 : (ushort)200, flags: fails ? EventFlags.Error : 0);
    }

    void Throw(EventTime at, ThreadId thread, SpanId span, FlowId flow, bool isPayment) =>
        Add(EventKind.ExceptionThrown, at, unchecked((int)0x80131509), thread, span, default, flow,
            _catalog.Names.Intern(isPayment ? "System.Net.Http.HttpRequestException" : "System.InvalidOperationException"), isPayment ? _rethrowing : _throwing,
            payload: Payload(_message, isPayment ? "Connection refused (payments.internal:443)" : $"Order {_random.Next(100000)} has more pieces than the stock holds."));

    void Log(EventTime at, ThreadId thread, SpanId span, FlowId flow, int level, string message) =>
        Add(EventKind.Log, at, 0, thread, span, default, flow, _catalog.Names.Intern("Shop.Api.Orders.OrderService"), default, detail: (ushort)level, flags: level >= 4 ? EventFlags.Error : 0, payload: Payload(_message, message));

    void Sample(EventTime at, ThreadId thread, SpanId span, FlowId flow, bool isWaiting)
    {
        var onCpu = !isWaiting && _random.Next(3) != 0;
        Add(EventKind.CpuSample, at, 10 * Millisecond, thread, span, default, flow, default, onCpu ? _busy[_random.Next(_busy.Length)] : _waiting[isWaiting ? 0 : 1], detail: 2, flags: onCpu ? EventFlags.OnCpu : 0);
    }

    void MakeCollection(EventTime at)
    {
        var generation = (ushort)(_gcNumber % 11 == 10 ? 2 : _gcNumber % 4 == 3 ? 1 : 0);
        var pause = Spread(generation == 2 ? 45 * Millisecond : 2 * Millisecond);
        var thread = _threads[_random.Next(_threads.Length)];
        Add(EventKind.GcStart, at, ++_gcNumber, thread, name: _gcReason, detail: generation);
        Add(EventKind.GcEnd, at + pause, pause, thread, name: _gcReason, detail: generation);
        Add(EventKind.GcHeap, at + pause + 1000, (60L << 20) + (_gcNumber % 11) * (9L << 20), thread);
        Add(EventKind.GcPause, at + pause + 2000, pause + 2000, thread, name: _gcReason, detail: generation);
    }

    void MakeSecond(EventTime at, long offset, long window)
    {
        var isBusy = offset > window * 2 / 5 && offset < window * 4 / 5;
        for (var i = 0; i < _threads.Length; i++) Add(EventKind.ThreadTimeSample, at + i, (isBusy ? 40 : 95) * Millisecond + Spread(20 * Millisecond), _threads[i], name: _catalog.Threads.NameOf(_threads[i]));
        for (var i = 0; i < 20; i++) Add(EventKind.Allocation, at + _random.NextInt64(Second), 104_000, _threads[i], name: _catalog.Names.Intern(i % 3 == 0 ? "System.Byte[]" : "System.String"), stack: _busy[i % _busy.Length]);
        if (isBusy) Add(EventKind.PoolAdjust, at + 500, 8 + (offset - window * 2 / 5) / Second, _threads[0], name: _poolReason, detail: 6);
    }

    void Add(EventKind kind, EventTime time, long value, ThreadId thread, SpanId span = default, SpanId parent = default, FlowId flow = default, NameId name = default, StackId stack = default,
        RelatedId related = default, ushort detail = 0, EventFlags flags = 0, PayloadId payload = default) => _events.Add(new()
        {
            Kind = kind, Time = time, Value = value, Target = _target, Thread = thread, Span = span, Parent = parent, Flow = flow, Name = name, Stack = stack, Related = related, Detail = detail, Flags = flags, Payload = payload,
        });

    PayloadId Payload(NameId key, string text)
    {
        var writer = new PayloadWriter(stackalloc byte[1024]);
        writer.Add(key, text);
        return _catalog.Payloads.Add(writer.Written);
    }

    /// <summary>A duration around a middle, with a long tail as real ones have.</summary>
    long Spread(long middleNanos) => (long)(middleNanos * Math.Exp(0.9 * (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2));

    StackId Frames(StackId caller, params ReadOnlySpan<string> frames)
    {
        foreach (var frame in frames)
        {
            var parts = frame.Split('|');
            var module = _catalog.Modules.Intern(new(_target, (ulong)parts[0].GetHashCode() & 0xFFFFFF, $"/srv/shop/{parts[0]}.dll", false));
            var method = _catalog.Methods.Intern(new(module, 0x06000001, parts[1], parts[2], ""));
            caller = _catalog.Stacks.Intern(caller, _catalog.CodeNodes.Intern(_target, method));
        }
        return caller;
    }
}
