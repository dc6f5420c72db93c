// Threads: what each did over time, on the CPU or waiting, and how long it stood before locks.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>One row a thread, with its activity along the time axis.</summary>
sealed class Threads(Window window, ReportTexts texts) : Section
{
    const int Cells = 80;

    sealed class Row
    {
        public readonly long[] OnCpu = new long[Cells], Waiting = new long[Cells];
        public long CpuNanos, LockNanos, Exceptions, Samples;
        public StackId LastStack;
        public NameId Name;
    }

    readonly Dictionary<ThreadId, Row> _rows = [];

    public override string Key => "threads";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.CpuSample, EventKind.ThreadTimeSample, EventKind.Contention, EventKind.ExceptionThrown);

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (e.Thread.IsNone) return;
        if (!_rows.TryGetValue(e.Thread, out var row))
        {
            if (_rows.Count >= Limits.ReportRows) return;
            _rows[e.Thread] = row = new();
        }
        var cell = (int)Math.Clamp((double)window.Offset(e.Time) / window.Nanos * Cells, 0, Cells - 1);
        switch (e.Kind)
        {
            case EventKind.CpuSample:
                row.Samples++;
                row.LastStack = e.Stack;
                ((e.Flags & EventFlags.OnCpu) != 0 ? row.OnCpu : row.Waiting)[cell]++;
                break;
            case EventKind.ThreadTimeSample:
                row.CpuNanos += e.Value;
                if (!e.Name.IsNone) row.Name = e.Name;
                break;
            case EventKind.Contention: row.LockNanos += e.Value; break;
            case EventKind.ExceptionThrown: row.Exceptions++; break;
        }
    }

    protected override void Write(Utf8JsonWriter data)
    {
        var ranked = _rows.OrderByDescending(r => r.Value.OnCpu.Sum()).ThenByDescending(r => r.Value.CpuNanos).ThenByDescending(r => r.Value.LockNanos + r.Value.Samples).Take(Limits.ReportGroups).ToList();
        data.WriteNumber("count", _rows.Count);
        data.WriteNumber("cells", Cells);
        data.WriteStartArray("rows");
        foreach (var (id, row) in ranked)
        {
            data.WriteStartObject();
            data.WriteNumber("id", id.Value);
            data.WriteNumber("osId", texts.Catalog.Threads.OsIdOf(id));
            data.WriteNumber("name", texts.Of(row.Name.IsNone ? texts.Catalog.Threads.NameOf(id) : row.Name));
            data.WriteNumber("cpu", row.CpuNanos);
            data.WriteNumber("lock", row.LockNanos);
            data.WriteNumber("exceptions", row.Exceptions);
            data.WriteNumber("samples", row.Samples);
            data.WriteNumber("stack", texts.StackOf(row.LastStack));
            data.Numbers("onCpu", row.OnCpu);
            data.Numbers("waiting", row.Waiting);
            data.WriteEndObject();
        }
        data.WriteEndArray();
        data.WriteStartObject("osIds"); // Owners of locks are threads too, and need not have a row.
        for (var id = 1; id <= Math.Min(texts.Catalog.Threads.LastId, Limits.ReportRows * 4); id++) data.WriteNumber(id.ToString(), texts.Catalog.Threads.OsIdOf(new(id)));
        data.WriteEndObject();
    }
}
