// scope-attach query: events of a recording by time, thread, span, flow, method, kind and text, as a table, JSON lines or CSV.
using System.CommandLine;
using System.Globalization;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Store;

namespace Scope.Agent.Verbs;

static class QueryVerb
{
    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    static readonly Option<string?> From = new("--from") { Description = "Not before: an instant, +5s from the beginning, -10s from the end." };
    static readonly Option<string?> To = new("--to") { Description = "Before: as --from." };
    static readonly Option<long?> Thread = new("--thread") { Description = "On this OS thread." };
    static readonly Option<string?> Span = new("--span") { Description = "In this span: its W3C id in hex, or #number." };
    static readonly Option<string?> Flow = new("--flow") { Description = "Of this flow: its trace id in hex, or #number." };
    static readonly Option<string?> Method = new("--method") { Description = "About methods whose full name contains this." };
    static readonly Option<string[]> Kind = new("--kind") { Description = "Of these kinds, such as exception, request, sql.", AllowMultipleArgumentsPerToken = true };
    static readonly Option<string?> Text = new("--text") { Description = "With this text in the name, method or payload, in any case." };
    static readonly Option<string?> Min = new("--min") { Description = "Lasting at least this long, such as 200ms." };
    static readonly Option<int> Limit = new("--limit") { Description = "How many at most.", DefaultValueFactory = _ => 100 };
    static readonly Option<string> Order = new Option<string>("--order") { Description = "oldest or newest first.", DefaultValueFactory = _ => "oldest" }.AcceptOnlyFromAmong("oldest", "newest");
    static readonly Option<string> Format = new Option<string>("--format") { Description = "table, json (one object a line) or csv.", DefaultValueFactory = _ => "table" }.AcceptOnlyFromAmong("table", "json", "csv");
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("query", "Shows the events of a recording that match.") { Recording, From, To, Thread, Span, Flow, Method, Kind, Text, Min, Limit, Order, Format, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        // A number is that of a span in all of the recording; a part of it counts its own.
        var needsAll = Number(parsed.GetValue(Span) ?? "") is not null || Number(parsed.GetValue(Flow) ?? "") is not null;
        var part = RecordingPart.Open(parsed.GetValue(Recording)!, new("--from", parsed.GetValue(From)), new("--to", parsed.GetValue(To)), needsAll: needsAll);
        var history = part.Recording;
        var format = parsed.GetValue(Json) ? "json" : parsed.GetValue(Format)!;
        var events = Ask(part, parsed);
        if (format == "table") EventTable.Write(history, events, Console.Out, part.IsAll);
        else WriteAs(format == "json" ? "ndjson" : format, new Answer(history, events));
        if (format == "table") Console.Error.WriteLine($"{events.Count} shown; the recording holds {history.Count + history.Skipped:N0} events, {history.Ledger.Share:P2} of what happened.");
        return ExitCode.Ok;
    }

    static void WriteAs(string export, Answer answer)
    {
        using var output = Console.OpenStandardOutput();
        ExportFormat.Find(export)!.Files[0].Write(answer, EventQuery.All, output);
    }

    static List<StoredEvent> Ask(RecordingPart part, ParseResult parsed)
    {
        IHistory history = part.Recording;
        var catalog = history.Catalog;
        var query = new EventQuery
        {
            From = part.From,
            To = part.To,
            Kinds = KindsOf(parsed.GetValue(Kind) ?? []),
            Text = parsed.GetValue(Text),
            MinValue = parsed.GetValue(Min) is { } min ? Duration("--min", min) : long.MinValue,
            Order = parsed.GetValue(Order) == "newest" ? EventOrder.NewestFirst : EventOrder.OldestFirst,
            Limit = parsed.GetValue(Limit),
            Span = parsed.GetValue(Span) is { } span ? SpanOf(catalog, span) : default,
            Flow = parsed.GetValue(Flow) is { } flow ? FlowOf(catalog, flow) : default,
        };
        // A thread number or a part of a method's name can stand for several: one question each, merged.
        IEnumerable<EventQuery> queries = [query];
        if (parsed.GetValue(Thread) is { } osThread) queries = queries.SelectMany(q => ThreadsOf(catalog, osThread).Select(t => q with { Thread = t }));
        if (parsed.GetValue(Method) is { } method) queries = queries.SelectMany(q => MethodsLike(catalog, method).Select(m => q with { Method = m }));
        var answers = queries.SelectMany(history.List);
        var ordered = query.Order == EventOrder.NewestFirst ? answers.OrderByDescending(e => e.Id) : answers.OrderBy(e => e.Id);
        return [.. ordered.Take(query.Limit)];
    }

    static KindSet KindsOf(string[] texts)
    {
        ulong bits = 0;
        foreach (var text in texts.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!EventKinds.TryParse(text, out var kind))
                throw new UserError(ExitCode.BadArgument, $"--kind '{text}' is no kind of event. Kinds: {string.Join(", ", EventKinds.All.Select(r => r.Text))}.");
            bits |= KindSet.Of(kind).Bits;
        }
        return new(bits);
    }

    static long Duration(string option, string text) =>
        TimeText.TryDuration(text, out var nanos) ? nanos : throw new UserError(ExitCode.BadArgument, $"{option} '{text}' is no duration. Write 250ms, 5s, 2m or 00:00:20.");

    static SpanId SpanOf(Catalog catalog, string text)
    {
        if (Number(text) is { } number) return new(number);
        if (ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var w3c))
            for (var i = 1; i <= catalog.Spans.LastId; i++)
                if (catalog.Spans[new SpanId(i)].W3CSpan == w3c) return new(i);
        throw new UserError(ExitCode.BadArgument, $"--span '{text}' is in this recording no span. Write its 16 hex digits, or #number as query shows it.");
    }

    static FlowId FlowOf(Catalog catalog, string text)
    {
        if (Number(text) is { } number) return new(number);
        if (UInt128.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var trace))
            for (var i = 1; i <= catalog.Flows.LastId; i++)
                if (catalog.Flows[new FlowId(i)] == trace) return new(i);
        throw new UserError(ExitCode.BadArgument, $"--flow '{text}' is in this recording no flow. Write its 32 hex digits, or #number as query shows it.");
    }

    static int? Number(string text) => text.StartsWith('#') && int.TryParse(text.AsSpan(1), out var number) && number > 0 ? number : null;

    static IEnumerable<ThreadId> ThreadsOf(Catalog catalog, long osId) =>
        Enumerable.Range(1, catalog.Threads.LastId).Select(i => new ThreadId(i)).Where(t => catalog.Threads.OsIdOf(t) == osId);

    static IEnumerable<MethodId> MethodsLike(Catalog catalog, string part) =>
        Enumerable.Range(1, catalog.Methods.LastId).Select(i => new MethodId(i)).Where(m => catalog.Methods[m]!.FullName.Contains(part, StringComparison.OrdinalIgnoreCase));
}
