using System.Globalization;
using Scope.Events;
using Scope.Reports.Exports.Parquet;
using Scope.Store;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Reports.Tests.Exports;

[TestClass]
public sealed class ParquetTests : IDisposable
{
    readonly TemporaryFolder _folder = new("parquet");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task DuckDB_reads_the_same_events()
    {
        var (file, events, catalog) = (Written("shop.parquet", ExportSample.History), ExportSample.Events, ExportSample.History.Catalog);
        var answers = await DuckDb.AskAsync(
            $"select count(*), count(distinct id), sum(duration_ns), sum(value), count(method), count(trace_id), count(payload), max(pid) from {file}",
            $"select kind, count(*), sum(detail) from {file} group by kind",
            $"select name, count(*) from {file} where name is not null group by name",
            $"select id, epoch_ns(time), kind, name, coalesce(duration_ns, value), flags, thread, thread_name, trace_id, span_id, parent_span_id, method, module, stack from {file} order by id",
            $"select column_name, column_type from (describe select * from {file}) order by column_name",
            $"select payload from {file} where payload is not null order by id desc limit 1");

        var durations = events.Where(e => EventKinds.HasDuration(e.Kind)).ToList();
        answers[0].Single().ShouldBe([Text(events.Length), Text(events.Length), Text(durations.Sum(e => e.Value)), Text(events.Where(e => !EventKinds.HasDuration(e.Kind)).Sum(e => e.Value)),
            Text(events.Count(e => !e.Method.IsNone)), Text(events.Count(e => catalog.Flows.Text(e.Flow) != "")), Text(events.Count(e => !catalog.Payloads.Bytes(e.Payload).IsEmpty)), Text(catalog.Targets.All.Max(t => t.Pid))]);
        answers[1].Select(Joined).ShouldBe(events.GroupBy(e => e.Kind.Text()).Select(g => $"{g.Key}|{g.Count()}|{g.Sum(e => e.Detail)}"), ignoreOrder: true);
        answers[2].Select(Joined).ShouldBe(events.Where(e => !e.Name.IsNone).GroupBy(e => WellFormed(catalog.Names[e.Name])).Select(g => $"{g.Key}|{g.Count()}"), ignoreOrder: true);
        var rows = answers[3].Select(Joined).ToList();
        rows.ShouldBe(events.Select((e, id) => Row(catalog, id, e)));
        answers[4].Select(Joined).ShouldContain("time|TIMESTAMP WITH TIME ZONE");
        var payload = System.Text.Json.JsonDocument.Parse(answers[5].Single()[0]!).RootElement;
        payload.GetProperty("message").GetString().ShouldBe(WellFormed(ExportSample.Hostile));
    }

    [TestMethod]
    public async Task Odd_values_an_empty_file_and_several_row_groups_come_through()
    {
        var empty = new HotIndex(new(), new Ledger());
        var (odd, events) = Odd(Limits.ParquetGroupRows * 2 + 77);
        var (nothing, file) = (Written("empty.parquet", empty), Written("odd.parquet", odd));
        var answers = await DuckDb.AskAsync(
            $"select count(*), sum(value) from {nothing}",
            $"select count(*), bit_xor(coalesce(duration_ns, value)), bit_xor(detail), bit_xor(thread), count(name), count(payload), min(epoch_ns(time)), max(epoch_ns(time)) from {file}",
            $"select count(distinct row_group_id) from parquet_metadata({file["read_parquet(".Length..^1]})",
            // Beyond the edges of a group and of a block of differences.
            $"select id, coalesce(duration_ns, value), thread from {file} where id in (0, 1, 127, 128, 129, {Limits.ParquetGroupRows - 1}, {Limits.ParquetGroupRows}, {events.Length - 1}) order by id",
            $"select count(*) from {file} where coalesce(duration_ns, value) = 9223372036854775807");
        answers[0].Single().ShouldBe(["0", null]);
        answers[1].Single().ShouldBe([Text(events.Length), Text(Xor(e => e.Value)), Text(Xor(e => e.Detail)), Text(Xor(e => odd.Catalog.Threads.OsIdOf(e.Thread))), "0", "0", Text(events[0].Time.UnixNanos / 1000 * 1000), Text(events[^1].Time.UnixNanos / 1000 * 1000)]);
        answers[2].Single().ShouldBe(["3"]);
        answers[3].Select(Joined).ShouldBe(((int[])[0, 1, 127, 128, 129, Limits.ParquetGroupRows - 1, Limits.ParquetGroupRows, events.Length - 1]).Select(i => $"{i}|{events[i].Value}|{(odd.Catalog.Threads.OsIdOf(events[i].Thread) is not 0 and var os ? Text(os) : "")}"));
        answers[4].Single().ShouldBe([Text(events.Count(e => e.Value == long.MaxValue))]);

        long Xor(Func<ScopeEvent, long> of) => events.Aggregate(0L, (all, e) => all ^ of(e));
    }

    /// <summary>Values at the ends of what 64 bits hold, long runs of one value, and nothing that has a name.</summary>
    static (HotIndex History, ScopeEvent[] Events) Odd(int count)
    {
        var random = new Random(3);
        var catalog = new Catalog();
        var target = catalog.Targets.Add(new(1, "", "", "", "", "", EventTime.Min, 1, ""));
        var threads = Enumerable.Range(0, 300).Select(i => catalog.Threads.Intern(target, i * 7_000_000_000L + 1)).Append(default).ToArray();
        var history = new HotIndex(catalog, new Ledger());
        long[] values = [0, 1, -1, long.MinValue, long.MaxValue, long.MinValue + 1, 1L << 40];
        var (thread, time) = (threads[0], 1_763_690_000_000_000_000L);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(40) == 0) thread = threads[random.Next(threads.Length)];
            var kind = EventKinds.All[random.Next(EventKinds.All.Count)].Kind;
            history.Append(new() { Time = new(time += random.Next(3)), Kind = kind, Target = target, Thread = thread, Detail = (ushort)random.Next(70_000), Value = random.Next(4) == 0 ? values[random.Next(values.Length)] : random.NextInt64() });
        }
        return (history, [.. history.List(EventQuery.All).Select(e => e.Event)]);
    }

    string Written(string name, IHistory history)
    {
        using (var file = File.Create(_folder[name])) ParquetExport.Write(history, EventQuery.All, file);
        return $"read_parquet('{_folder[name]}')";
    }

    static string Row(Catalog c, long id, in ScopeEvent e) => string.Join('|', id, e.Time.UnixNanos / 1000 * 1000, e.Kind.Text(), WellFormed(c.Names[e.Name]), e.Value, e.Flags == 0 ? "" : e.Flags.ToString(),
        c.Threads.OsIdOf(e.Thread) is not 0 and var os ? Text(os) : "", WellFormed(c.Names[c.Threads.NameOf(e.Thread)]), c.Flows.Text(e.Flow), c.Spans[e.Span].SpanText, c.Spans[e.Parent].SpanText,
        c.Methods[e.Method] is { } method ? WellFormed(method.FullName) : "", c.Methods[e.Method] is { } m && c.Modules[m.Module] is { } module ? module.Name : "",
        string.Join(';', c.Stacks.Frames(e.Stack).Reverse().Select(node => Frame(c, node))));

    static string Frame(Catalog c, CodeNodeId node) => c.Methods[c.CodeNodes.MethodOf(node)] is { } method ? WellFormed(method.FullName) : c.CodeNodes.TryGet(node, out var key) && key.Address != 0 ? $"0x{key.Address:x}" : "[unknown]";

    static string WellFormed(string text) => new System.Text.UTF8Encoding(false).GetString(System.Text.Encoding.UTF8.GetBytes(text));

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Joined(string?[] row) => string.Join('|', row);
}
