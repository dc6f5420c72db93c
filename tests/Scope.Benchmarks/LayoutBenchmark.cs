// What it costs to keep hours that are over so that plain SQL reads them: an event's bytes, and how long some seconds among millions of
// events take by SQL and as scope-attach asks, beside the compact layout.
using System.Diagnostics;
using Npgsql;
using Scope.Events;
using Scope.Store;
using Scope.Store.Postgres;

namespace Scope.Benchmarks;

static class LayoutBenchmark
{
    const long Events = 3_000_000, Second = 1_000_000_000;
    const int Questions = 15;

    /// <summary>Milliseconds of ten seconds: in our way, by the function, by the view alone.</summary>
    record struct Times(double Ours, double Function, double View);

    public static async Task<List<BenchmarkRow>> RowsAsync(string server, string folder)
    {
        var (compactTimes, sqlTimes) = (default(Times), default(Times));
        var compact = await EnginesBenchmark.SizeAsync(server, new(WarmEngineChoice.Native, WarmLayoutChoice.Compact), folder, Events, async database => compactTimes = new(await OursAsync(database), 0, 0));
        var sql = await EnginesBenchmark.SizeAsync(server, new(WarmEngineChoice.Native, WarmLayoutChoice.Sql), folder, Events, async database => sqlTimes = await TimesAsync(database));
        return
        [
            new("warm: a closed hour's event in arrays that SQL reads, indexes counted", "", sql.Event, "B an event", "compact", compact.Event, compact.Event / sql.Event, null),
            new("warm: the same with names, stacks and payloads", "", sql.All, "B an event", "compact", compact.All, compact.All / sql.All, null),
            new("warm: all in 10 seconds of 3 M events in arrays, as scope-attach asks, p50", "", sqlTimes.Ours, "ms", "compact", compactTimes.Ours, compactTimes.Ours / sqlTimes.Ours, null),
            BenchmarkRow.Alone("warm: the same by scope.events_between, p50", "", sqlTimes.Function, "ms", null),
            BenchmarkRow.Alone("warm: the same by scope.events_readable with its time alone, which reads all, p50", "", sqlTimes.View, "ms", null),
        ];
    }

    static async Task<Times> TimesAsync(NpgsqlDataSource database) => new(
        await OursAsync(database),
        await MedianAsync(database, Questions, at => Time(database, $"select count(*), max(name), max(method), max(duration_ms) from scope.events_between('{Text(at)}', '{Text(at + 10 * Second)}')")),
        await MedianAsync(database, 3, at => Time(database, $"select count(*), max(name), max(method), max(duration_ms) from scope.events_readable where time >= '{Text(at)}' and time < '{Text(at + 10 * Second)}'")));

    static async Task<double> OursAsync(NpgsqlDataSource database)
    {
        var history = (await PostgresHistory.OpenAsync(database, EnginesBenchmark.Name, newest => new(newest, newest)))!;
        return await MedianAsync(database, Questions, at =>
        {
            var watch = Stopwatch.StartNew();
            history.CountOf(new() { From = at, To = at + 10 * Second });
            return watch.Elapsed.TotalMilliseconds;
        });
    }

    static async Task<double> MedianAsync(NpgsqlDataSource database, int questions, Func<EventTime, double> ask)
    {
        await using var command = database.CreateCommand("select min(time_from) from scope.batch");
        var start = new EventTime((long)(await command.ExecuteScalarAsync())!);
        var random = new Random(1);
        return Rounds.Quantile([.. Enumerable.Range(0, questions).Select(_ => ask(start + (long)(random.NextDouble() * (Events / EnginesBenchmark.EventsASecond - 20) * Second)))], 0.5);
    }

    static double Time(NpgsqlDataSource database, string sql)
    {
        using var command = database.CreateCommand(sql);
        var watch = Stopwatch.StartNew();
        using var row = command.ExecuteReader();
        row.Read();
        var millis = watch.Elapsed.TotalMilliseconds;
        return row.GetInt64(0) > 0 ? millis : throw new InvalidOperationException("nobody was there in these seconds");
    }

    static string Text(EventTime time) => time.ToInstant().ToString();
}
