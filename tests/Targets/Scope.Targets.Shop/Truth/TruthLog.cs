// The ground truth: in a run with --truth, each exception message and SQL text says which span it belongs to
// ("truth:SPANID"), and a file gets a JSON line for each piece of work, so that a recorder's attribution can be scored
// against what really happened. A SQL command's own span is a child of the span that its text names.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Scope.Targets.Shop.Truth;

/// <summary>A piece of work and the span that it belongs to. Ticks are those of Stopwatch, as in the runtime's events.</summary>
public sealed record TruthRecord(string Kind, string Span, string Trace, int Thread, long StartTicks, long EndTicks);

/// <summary>Stamps work with its span and writes it down.</summary>
public sealed partial class TruthLog : IAsyncDisposable
{
    const string NoSpan = "none";
    const int Waiting = 1 << 16; // Records that wait for the disk; past that the writer waits, because a truth with gaps is none.

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [ThreadStatic]
    static int t_thread;

    readonly Channel<object>? _records;
    readonly Task _written = Task.CompletedTask;

    /// <summary>Opens the file where there is one.</summary>
    public TruthLog(ShopOptions options)
    {
        if (options.TruthFile is null)
            return;
        _records = Channel.CreateBounded<object>(new BoundedChannelOptions(Waiting) { SingleReader = true });
        _written = WriteAsync(options.TruthFile, _records.Reader);
    }

    /// <summary>Whether this is a truth run.</summary>
    public bool IsOn => _records is not null;

    /// <summary>The message of an exception that is about to be thrown; in a truth run, with its span.</summary>
    public string Stamp(string message)
    {
        if (!IsOn)
            return message;
        long now = Stopwatch.GetTimestamp();
        Write("exception", now, now);
        return $"{message} truth:{Span}";
    }

    /// <summary>A statement that is about to run; in a truth run, with its span as a comment.</summary>
    public string StampSql(string sql)
    {
        if (!IsOn)
            return sql;
        long now = Stopwatch.GetTimestamp();
        Write("sql", now, now);
        return $"{sql} /* truth:{Span} */";
    }

    /// <summary>Notes a stretch of time that this thread spent for the current span.</summary>
    public void Burnt(long startTicks, long endTicks) => Write("burn", startTicks, endTicks);

    /// <summary>Notes anything else, such as the closing counts.</summary>
    public void Note(object record) => _records?.Writer.TryWrite(record);

    /// <summary>The id of the current span, sixteen hexadecimal digits, or "none".</summary>
    public static string Span => Activity.Current?.SpanId.ToHexString() ?? NoSpan;

    /// <summary>The operating system's id of this thread, the one that stands in the runtime's events.</summary>
    public static int Thread => t_thread == 0 ? t_thread = CurrentThread() : t_thread;

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _records?.Writer.TryComplete();
        await _written;
    }

    void Write(string kind, long startTicks, long endTicks)
    {
        var record = new TruthRecord(kind, Span, Activity.Current?.TraceId.ToHexString() ?? NoSpan, Thread, startTicks, endTicks);
        if (!_records!.Writer.TryWrite(record))
            throw new InvalidOperationException($"the truth file is too slow: {Waiting} records wait for it");
    }

    static async Task WriteAsync(string file, ChannelReader<object> records)
    {
        await Task.Yield();
        await using var lines = new StreamWriter(file);
        while (await records.WaitToReadAsync())
        {
            while (records.TryRead(out object? record))
                await lines.WriteLineAsync(JsonSerializer.Serialize(record, record.GetType(), Json));
            await lines.FlushAsync();
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int CurrentThread();
}
