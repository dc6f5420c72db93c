// scope-attach query: the events of recordings that match a question in words (kind:exception dur>200ms) or in options, which are
// the same conditions, as a table, JSON lines or CSV; or counted by groups; or how it is answered.
using System.CommandLine;
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Store;
using Scope.Store.Query;
using Scope.Store.Query.Merge;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class QueryVerb
{
    static readonly Argument<string[]> Words = new("recordings and question")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Folders of recordings, several make one history; then what must hold, such as kind:exception method:Orders.* dur>200ms after:-5m text:\"timed out\".",
    };
    static readonly Option<string?> From = new("--from") { Description = "Not before: an instant, +5s from the beginning, -10s from the end." };
    static readonly Option<string?> To = new("--to") { Description = "Before: as --from." };
    static readonly Option<long?> Thread = new("--thread") { Description = "On this OS thread." };
    static readonly Option<string?> Span = new("--span") { Description = "In this span: its W3C id in hex, or #number." };
    static readonly Option<string?> Flow = new("--flow") { Description = "Of this flow: its trace id in hex, or #number." };
    static readonly Option<string?> Method = new("--method") { Description = "About methods whose full name contains this." };
    static readonly Option<string[]> Kind = new("--kind") { Description = "Of these kinds, such as exception, request, sql.", AllowMultipleArgumentsPerToken = true };
    static readonly Option<string?> Text = new("--text") { Description = "With this text in the name, method or payload, in any case." };
    static readonly Option<string?> Min = new("--min") { Description = "Lasting at least this long, such as 200ms." };
    static readonly Option<int?> Limit = new("--limit") { Description = $"How many at most; {Limits.QueryShown} when not said." };
    static readonly Option<string?> Order = new("--order") { Description = "oldest or newest first; oldest when not said." };
    static readonly Option<string?> GroupBy = new("--group-by") { Description = $"Counts instead of events: {string.Join(", ", GroupKey.All.Select(k => k.IsTime ? k.Name + ":10s" : k.Name))}, up to three with commas between." };
    static readonly Option<string?> Aggregates = new("--aggregate") { Description = $"What to say of each group: {string.Join(", ", Aggregate.All.Select(a => a.Name))}; count when not said." };
    static readonly Option<string?> View = new("--view") { Description = $"A table that is often wanted: {string.Join("; ", StandingView.All.Select(view => $"{view.Name}, {view.Meaning}"))}." };
    static readonly Option<bool> Explain = new("--explain") { Description = "Instead of the answer: where and how it is looked for, how much was expected and how long it took." };
    static readonly Option<bool> Warm = new("--warm") { Description = $"Ask the database too, for recordings of these names; its connection string is in {WarmConnection.Variable}, --connection-file or [store.warm]." };
    static readonly Option<string?> ConnectionFile = new("--connection-file") { Description = "A file that holds the connection string." };
    static readonly Option<string?> Archive = new("--archive") { Description = "List what the archive has of the answer and what fetching it costs: a folder or s3://bucket/prefix, instead of store.cold.archive." };
    static readonly Option<bool> IncludeCold = new("--include-cold") { Description = "Fetch from the archive what the answer needs." };
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<string> Format = new Option<string>("--format") { Description = "table, json (one object a line) or csv.", DefaultValueFactory = _ => "table" }.AcceptOnlyFromAmong("table", "json", "csv");
    static readonly Option<bool> Json = CommonOptions.Json();

    // Options that stand for a term of the question.
    static readonly (Option<string?> Option, string Key, string Comparison)[] TextOptions =
        [(From, "after", ":"), (To, "before", ":"), (Span, "span", ":"), (Flow, "flow", ":"), (Method, "method", ":"), (Text, "text", ":"), (Min, "dur", ">="), (Order, "order", ":")];

    public static Command Create()
    {
        var verb = new Command("query", "Shows the events of recordings that match.") { Words, From, To, Thread, Span, Flow, Method, Kind, Text, Min, Limit, Order, GroupBy, Aggregates, View, Explain, Warm, ConnectionFile, Archive, IncludeCold, Config, Format, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var words = parsed.GetValue(Words)!;
        string[] recordings = [words[0], .. words.Skip(1).TakeWhile(IsRecording)];
        var text = TextOf(parsed, words[recordings.Length..]);
        var tiers = TiersOf(parsed);
        if (recordings.Length == 1 && tiers is { Warm: null, Cold: null })
        {
            var part = Open(recordings[0], text);
            Show(parsed, new([.. text.Terms.Where(t => !IsEnd(t))]), new() { From = part.From, To = part.To }, new([new(Path.GetFileName(recordings[0]), "disk", part.Recording)]), part.IsAll);
            return ExitCode.Ok;
        }
        try
        {
            if (recordings.Length > 1 && text.Terms.FirstOrDefault(t => t.Key.Name == "past") is { } past) throw Failures.Of(past.Wrong("past says where one recording goes on: ask for later events by their time, with after"));
            using var sources = QuerySources.Open(recordings, tiers, last => WindowOf(text, last));
            Show(parsed, text, EventQuery.All, sources.History, isAll: false); // Numbers of spans are of this answer only.
            return ExitCode.Ok;
        }
        catch (Npgsql.NpgsqlException e)
        {
            throw new UserError(ExitCode.CouldNotAttach, $"Postgres: {WarmTrouble.Text(e)}. Without --warm the rest is asked.");
        }
        catch (IOException e)
        {
            throw new UserError(ExitCode.NotPossible, e.Message);
        }
    }

    // What is not there and looks like no recording is a part of the question.
    static bool IsRecording(string word) => Directory.Exists(word) || (word.TrimEnd('/').EndsWith(RecordingFolder.Ending, StringComparison.Ordinal) && word.AsSpan().IndexOfAny(":<>=") < 0);

    static FurtherTiers TiersOf(ParseResult parsed)
    {
        var place = parsed.GetValue(Archive);
        var cold = place is null && !parsed.GetValue(IncludeCold) ? null : ColdOf(parsed, place);
        return new(parsed.GetValue(Warm) ? WarmConnection.Of(parsed.GetValue(ConnectionFile), SettingsOf(parsed).Warm) : null, cold, parsed.GetValue(IncludeCold));
    }

    static ColdSettings ColdOf(ParseResult parsed, string? place) => SettingsOf(parsed, place is null ? [] : [("store.cold.archive", place, Archive.Name)]).Cold;

    static Settings SettingsOf(ParseResult parsed, params (string Key, string Value, string Option)[] options) =>
        CommonOptions.SettingsOf(parsed, Config, options).Settings;

    static void Show(ParseResult parsed, QueryText text, EventQuery within, MergedHistory history, bool isAll)
    {
        if (!text.TryBind(history, within, () => EvidenceIn(history), out var question, out var mistake)) throw Failures.Of(mistake);
        var format = parsed.GetValue(Json) ? "json" : parsed.GetValue(Format)!;
        if (parsed.GetValue(Explain)) QueryExplanation.Write(history, question, format, Console.Out);
        else if (parsed.GetValue(View) is { } name) ShowView(history, question, name, format);
        else if (GroupingOf(parsed) is { } grouping) ShowGroups(history, question, grouping, format);
        else ShowEvents(history, question, format, isAll);
    }

    static void ShowEvents(MergedHistory history, Question question, string format, bool isAll)
    {
        if (question.Query.Limit == int.MaxValue) question = question with { Query = question.Query with { Limit = Limits.QueryShown } };
        var (steps, parts) = QueryExplanation.Answer(history, question);
        if (format == "table") EventTable.Write(history, steps, Console.Out, isAll);
        else WriteAs(format == "json" ? "ndjson" : format, new Answer(history, [.. steps.Select(step => step.Stored)]));
        if (format == "table") Console.Error.WriteLine($"{steps.Count} shown{(steps.Count > 0 && steps.Count == question.Query.Limit && question.Starts.Count == 0 && history.Recordings == 1 ? $" (past:{steps[^1].Stored.Id} goes on)" : "")}; this rests on {history.Ledger.Share:P2} of what happened.");
        foreach (var part in parts.Where(part => parts.Count > 1)) Console.Error.WriteLine(QueryExplanation.Line(part));
    }

    static void ShowView(IHistory history, Question question, string name, string format)
    {
        var view = StandingView.Find(name) ?? throw new UserError(ExitCode.BadArgument, $"--view '{name}' is no view{Nearest.Hint(name, StandingView.All.Select(v => v.Name))}");
        if (question.Starts.Count > 0) throw new UserError(ExitCode.BadArgument, "--view looks at all events; --group-by counts what was followed");
        var narrowed = view.Within(question.Query) ?? throw new UserError(ExitCode.BadArgument, $"--view {name} looks at none of the kinds that are asked for: it shows {view.Meaning}");
        ShowTable(history, new StandingGroups(history, narrowed).Table(RowsOf(question)), narrowed.IsOfTimes, format);
    }

    static void ShowGroups(IHistory history, Question question, Grouping grouping, string format) =>
        ShowTable(history, question.Groups(history, grouping, RowsOf(question)), question.IsOfTimes, format);

    static int RowsOf(Question question) => question.Query.Limit == int.MaxValue ? Limits.QueryShown : question.Query.Limit;

    static void ShowTable(IHistory history, GroupTable table, bool ofTimes, string format)
    {
        GroupTableText.Write(table, format, ofTimes, Console.Out);
        if (format == "table") Console.Error.WriteLine($"This rests on {history.Ledger.Share:P2} of what happened.");
    }

    static Grouping? GroupingOf(ParseResult parsed)
    {
        var (groupBy, aggregates) = (parsed.GetValue(GroupBy), parsed.GetValue(Aggregates));
        if (groupBy is null && aggregates is null) return null;
        return Grouping.TryParse(groupBy ?? "", aggregates ?? "", out var grouping, out var mistake) ? grouping : throw Failures.Of(mistake);
    }

    static Dictionary<string, IReadOnlyList<EventId>> EvidenceIn(IHistory history) =>
        ReportFiles.Diagnose(history, EventTime.Min, EventTime.Max).Findings.GroupBy(finding => finding.Cause).ToDictionary(cause => cause.Key, cause => (IReadOnlyList<EventId>)[.. cause.SelectMany(finding => finding.Evidence)]);

    // Some seconds of a long recording are read alone, so the ends of the question come before the rest of it.
    static RecordingPart Open(string folder, QueryText text)
    {
        // A number is that of a span in all of the recording, a part of it counts its own.
        var needsAll = ReachesOut(text) || text.Terms.Any(t => t.Key.Name is "past" || t.Key.Name is "span" or "flow" && t.Values.Any(v => v.Text.StartsWith('#')));
        return RecordingPart.Open(folder, EndOf(text, "after"), EndOf(text, "before"), needsAll: needsAll);
    }

    /// <summary>Whether what an event caused, or is part of, is asked for, which may be outside of the time that is.</summary>
    static bool ReachesOut(QueryText text) => text.Terms.Any(t => t.Key.StartsFromEvents || t.Key.Name is "flow-of");

    /// <summary>A time that all of the answer is in, as far as that is known before the tiers are open: they may reach further back and end later than the database does.</summary>
    static RecordingWindow WindowOf(QueryText text, EventTime last)
    {
        if (ReachesOut(text) || text.Terms.Any(t => t.Key.Name is "span" or "flow")) return RecordingWindow.All; // One that goes on for hours is known from its beginning.
        var (from, to) = (EndOf(text, "after").Text, EndOf(text, "before").Text);
        return new(from is not { } after || after.StartsWith('+') ? EventTime.Min : TimeText.TryPoint(after, last, last, out var begin) ? begin : EventTime.Min,
            to is not { } before || before[0] is '+' or '-' ? EventTime.Max : TimeText.TryPoint(before, last, last, out var end) ? end : EventTime.Max);
    }

    static bool IsEnd(QueryTerm term) => term.Key.Name is "after" or "before";

    static RecordingPart.End EndOf(QueryText text, string key)
    {
        var terms = text.Terms.Where(t => t.Key.Name == key).ToArray();
        if (terms.Length == 0) return new(key, null);
        if (terms.Length > 1) throw Failures.Of(terms[1].Wrong($"{key} is said twice: '{terms[0]}' says it too"));
        var value = terms[0].Values[0];
        if (!TimeText.TryPoint(value.Text, default, default, out _)) throw Failures.Of(terms[0].Wrong(value, $"'{value.Text}' is no time: write {TimeText.PointForms}"));
        return new(terms[0].Source.StartsWith("--") ? terms[0].Source.Split(' ')[0] : key, value.Text);
    }

    static void WriteAs(string export, Answer answer)
    {
        using var output = Console.OpenStandardOutput();
        ExportFormat.Find(export)!.Files[0].Write(answer, EventQuery.All, output);
    }

    static QueryText TextOf(ParseResult parsed, string[] question)
    {
        if (!QueryText.TryParse(string.Join(' ', question), out var text, out var mistake)) throw Failures.Of(mistake);
        return text.And(OptionsOf(parsed));
    }

    /// <summary>The options as terms: they and the question's must all hold.</summary>
    static IEnumerable<QueryTerm> OptionsOf(ParseResult parsed)
    {
        string[] kinds = [.. (parsed.GetValue(Kind) ?? []).SelectMany(k => k.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        if (kinds.Length > 0) yield return QueryText.OfOption(Kind.Name, "kind", ":", kinds);
        foreach (var (option, key, comparison) in TextOptions)
            if (parsed.GetValue(option) is { } value) yield return QueryText.OfOption(option.Name, key, comparison, value);
        if (parsed.GetValue(Thread) is { } thread) yield return QueryText.OfOption(Thread.Name, "thread", ":", $"{thread}");
        if (parsed.GetValue(Limit) is { } limit) yield return QueryText.OfOption(Limit.Name, "limit", ":", $"{limit}");
    }
}
