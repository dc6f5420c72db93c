// From what was typed to a question that a history can answer: names become the ids of this history's catalog, times become
// instants of its time. Each term narrows what the terms before it left.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>Makes a question of terms.</summary>
sealed partial class QueryBinder(IHistory history)
{
    readonly Catalog _catalog = history.Catalog;
    QueryTerm? _duration;
    EventQuery _query = EventQuery.All;
    TextMistake? _mistake;

    /// <summary>Makes the question; when a term makes no sense for this history, says which.</summary>
    public static bool TryBind(QueryText text, IHistory history, EventQuery within, FindingEvidence? evidence, [NotNullWhen(true)] out Question? question, [NotNullWhen(false)] out TextMistake? mistake)
    {
        var binder = new QueryBinder(history) { _query = within, _evidence = evidence };
        foreach (var term in text.Terms)
        {
            term.Key.Bind(binder, term);
            if (binder._mistake is not null) break;
        }
        binder.KeepLasting();
        binder.GoOn();
        mistake = binder._mistake;
        question = mistake is null ? new(binder._query, binder._starts, binder._depth) : null;
        return question is not null;
    }

    public void Kinds(QueryTerm term)
    {
        var kinds = Union(term, value =>
        {
            if (value.Text.AsSpan().IndexOfAny('*', '?') >= 0)
            {
                var pattern = new NamePattern(value.Text);
                if (EventKinds.All.Where(rule => pattern.Matches(rule.Text)).Select(rule => rule.Kind).ToArray() is { Length: > 0 } matched) return KindSet.Of(matched);
            }
            else if (EventKinds.TryParse(value.Text, out var kind)) return KindSet.Of(kind);
            return Wrong<KindSet>(term, value, $"'{value.Text}' is no kind of event{Nearest.Hint(value.Text, EventKinds.All.Select(rule => rule.Text))}");
        }, (a, b) => new KindSet(a.Bits | b.Bits));
        Keep(kinds, term);
    }

    public void Text(QueryTerm term)
    {
        if (_query.Text is { } other && other != term.Values[0].Text) Wrong(term, $"one text can be looked for, and that is '{other}' already");
        _query = _query with { Text = term.Values[0].Text };
    }

    public void Methods(QueryTerm term) => _query = _query with { Methods = Matching(term, _catalog.Methods.LastId, i => new MethodId(i), id => _catalog.Methods[id]!.FullName).And(_query.Methods) };

    public void Names(QueryTerm term) => _query = _query with { Names = Matching(term, _catalog.Names.LastId, i => new NameId(i), id => _catalog.Names[id]).And(_query.Names) };

    public void Flows(QueryTerm term) =>
        _query = _query with { Flows = Identities(term, "flow", 32, _catalog.Flows.LastId, i => new FlowId(i), id => _catalog.Flows.Text(id)).And(_query.Flows) };

    public void Spans(QueryTerm term) =>
        _query = _query with { Spans = Identities(term, "span", 16, _catalog.Spans.LastId, i => new SpanId(i), id => _catalog.Spans[id].SpanText).And(_query.Spans) };

    public void Threads(QueryTerm term)
    {
        var wanted = term.Values.Select(value => (long)Whole(term, value)).ToHashSet();
        _query = _query with { Threads = new HandleSet<ThreadId>(Ids(_catalog.Threads.LastId, i => new ThreadId(i)).Where(id => wanted.Contains(_catalog.Threads.OsIdOf(id)))).And(_query.Threads) };
    }

    public void Targets(QueryTerm term)
    {
        var all = _catalog.Targets.All;
        var wanted = new List<TargetId>();
        foreach (var value in term.Values)
        {
            var pattern = new NamePattern(value.Text);
            var before = wanted.Count;
            for (var i = 0; i < all.Count; i++)
                if (all[i].Pid.ToString(CultureInfo.InvariantCulture) == value.Text || pattern.Matches(all[i].Name)) wanted.Add(new((ushort)(i + 1)));
            if (wanted.Count == before) Wrong<TargetId>(term, value, $"'{value.Text}' is no process of this history{Nearest.Hint(value.Text, all.Select(t => t.Name).Distinct())}");
        }
        _query = _query with { Targets = new HandleSet<TargetId>(wanted).And(_query.Targets) };
    }

    public void Flags(QueryTerm term) => _query = _query with { Flags = _query.Flags | Union(term, value => FlagTexts.TryGetValue(value.Text, out var flag) ? flag
        : Wrong<EventFlags>(term, value, $"'{value.Text}' is nothing that an event is{Nearest.Hint(value.Text, FlagTexts.Keys)}"), (a, b) => a | b) };

    public void Duration(QueryTerm term)
    {
        _duration = term;
        var value = term.Values[0];
        Compare(term, TimeText.TryDuration(value.Text, out var nanos) ? nanos : Wrong<long>(term, value, $"'{value.Text}' is no duration: write {TimeText.DurationForms}"));
    }

    public void Value(QueryTerm term)
    {
        var value = term.Values[0];
        Compare(term, long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<long>(term, value, $"'{value.Text}' is no whole number"));
    }

    public void After(QueryTerm term) => _query = _query with { From = Later(_query.From, Point(term)) };

    public void Before(QueryTerm term) => _query = _query with { To = Point(term) is var point && point < _query.To ? point : _query.To };

    public void Order(QueryTerm term) => _query = _query with { Order = Enum.TryParse<EventOrder>(term.Values[0].Text + "First", ignoreCase: true, out var order) && Enum.IsDefined(order) ? order
        : Wrong<EventOrder>(term, term.Values[0], $"'{term.Values[0].Text}' is no order: write oldest or newest") };

    public void Limit(QueryTerm term) => _query = _query with { Limit = Math.Min(_query.Limit, Whole(term, term.Values[0])) };

    static readonly Dictionary<string, EventFlags> FlagTexts = Enum.GetValues<EventFlags>().Where(flag => flag != EventFlags.None)
        .ToDictionary(flag => string.Concat(flag.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())), StringComparer.OrdinalIgnoreCase);

    static IEnumerable<T> Ids<T>(int last, Func<int, T> id) => Enumerable.Range(1, last).Select(id);

    static HandleSet<T> Matching<T>(QueryTerm term, int last, Func<int, T> id, Func<T, string> nameOf) where T : unmanaged
    {
        var patterns = term.Values.Select(value => new NamePattern(value.Text)).ToArray();
        return new(Ids(last, id).Where(i => nameOf(i) is var name && patterns.Any(pattern => pattern.Matches(name))));
    }

    // Hex digits from the left, as they are copied out of a log, or the number that query itself shows.
    HandleSet<T> Identities<T>(QueryTerm term, string what, int digits, int last, Func<int, T> id, Func<T, string> textOf) where T : unmanaged
    {
        var numbers = new List<T>();
        foreach (var value in term.Values)
        {
            var before = numbers.Count;
            var hex = value.Text.Length > 0 && value.Text.Length <= digits && value.Text.All(char.IsAsciiHexDigit);
            if (hex) numbers.AddRange(Ids(last, id).Where(i => textOf(i).StartsWith(value.Text, StringComparison.OrdinalIgnoreCase)));
            else if (value.Text.StartsWith('#') && int.TryParse(value.Text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= last) numbers.Add(id(number));
            if (numbers.Count == before) Wrong<T>(term, value, $"'{value.Text}' is in this history no {what}: write the beginning of its {digits} hex digits, or #number as query shows it");
        }
        return new(numbers);
    }

    void Keep(KindSet kinds, QueryTerm term)
    {
        var left = _query.Kinds.Bits == 0 ? kinds.Bits : _query.Kinds.Bits & kinds.Bits;
        if (left == 0) Wrong(term, _duration is null ? "no event is of both these kinds and those asked for before" : "none of these kinds has a duration");
        _query = _query with { Kinds = new(left) };
    }

    // A value is a duration for some kinds and something else for others.
    void KeepLasting()
    {
        if (_mistake is null && _duration is { } term) Keep(EventKinds.Lasting, term);
    }

    void Compare(QueryTerm term, long number)
    {
        var (least, most) = term.Comparison switch
        {
            ">" => (number == long.MaxValue ? number : number + 1, long.MaxValue),
            ">=" => (number, long.MaxValue),
            "<" => (long.MinValue, number == long.MinValue ? number : number - 1),
            "<=" => (long.MinValue, number),
            _ => (number, number),
        };
        _query = _query with { MinValue = Math.Max(_query.MinValue, least), MaxValue = Math.Min(_query.MaxValue, most) };
    }

    EventTime Point(QueryTerm term) => TimeText.TryPoint(term.Values[0].Text, history.First, history.Last, out var point) ? point
        : Wrong<EventTime>(term, term.Values[0], $"'{term.Values[0].Text}' is no time: write {TimeText.PointForms}");

    static EventTime Later(EventTime a, EventTime b) => a > b ? a : b;

    int Whole(QueryTerm term, QueryValue value) =>
        int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Wrong<int>(term, value, $"'{value.Text}' is no number");

    static T Union<T>(QueryTerm term, Func<QueryValue, T> of, Func<T, T, T> or) => term.Values.Select(of).Aggregate(or);

    // What comes after the first mistake is bound to nothing, and told to nobody.
    void Wrong(QueryTerm term, string message) => _mistake ??= term.Wrong(message);

    T Wrong<T>(QueryTerm term, QueryValue value, string message) where T : struct
    {
        _mistake ??= term.Wrong(value, message);
        return default;
    }
}
