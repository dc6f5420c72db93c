// The history that exports are tried on: the synthetic shop, and events whose texts are out to break a format.
using Scope.Events;
using Scope.Store;
using Scope.Store.Hot;

namespace Scope.Reports.Tests.Exports;

static class ExportSample
{
    public const string Hostile = "=cmd()|'</script>\",\r\n\0\u202E lone \uD800 pair 😀";

    public static HotIndex History { get; } = Make();

    public static ScopeEvent[] Events { get; } = [.. History.List(EventQuery.All).Select(s => s.Event)];

    public static byte[] Export(Action<IHistory, EventQuery, Stream> write, EventQuery? query = null)
    {
        using var file = new MemoryStream();
        write(History, query ?? EventQuery.All, file);
        return file.ToArray();
    }

    static HotIndex Make()
    {
        var catalog = new Catalog();
        var ledger = new Ledger();
        var history = new HotIndex(catalog, ledger);
        SyntheticService.Fill(catalog, history, 8000, 20);
        var time = history.Last;
        var hostile = catalog.Names.Intern(Hostile);
        var span = catalog.Spans.Intern(new(new UInt128(1, 2), 3));
        var flow = catalog.Flows.Intern(new UInt128(1, 2));
        var activity = catalog.Spans.Intern(SpanKey.OfActivity(Guid.Parse("11111111-2222-3333-4444-555555555555")));
        var nameless = catalog.Flows.New();
        var payload = new PayloadWriter(new byte[Limits.PayloadBytes]);
        payload.Add(catalog.Names.Intern("message"), Hostile);
        payload.Add(hostile, "-1+1");
        var message = catalog.Payloads.Add(payload.Written);
        var thread = catalog.Threads.Intern(new(1), 777);
        catalog.Threads.SetName(thread, hostile);
        var method = catalog.Methods.Intern(new(default, 0, "", Hostile, ""));
        var stack = catalog.Stacks.Intern([catalog.CodeNodes.Intern(new(1), 0x1234), catalog.CodeNodes.Intern(new(1), method)]);
        var common = new ScopeEvent { Target = new(1), Thread = thread, Span = span, Flow = flow, Name = hostile, Payload = message, Stack = stack };
        foreach (var rule in EventKinds.All)
            history.Append(common with { Kind = rule.Kind, Time = time += 1000, Value = 5000, Detail = 3, Flags = EventFlags.Error | EventFlags.OnCpu });
        history.Append(common with { Kind = EventKind.Request, Time = time += 1000, Value = 10, Span = activity, Parent = span, Flow = nameless });
        history.Append(common with { Kind = EventKind.CpuSample, Time = time + 1000, Value = 5000, Flags = EventFlags.None });
        return history;
    }
}
