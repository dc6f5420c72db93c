// How a question is answered: what each tier takes and expects, by its own statistics, and afterwards what it gave and took.
using Scope.Events;
using Scope.Store.Query;
using Scope.Store.Query.Merge;

namespace Scope.Agent;

static class QueryExplanation
{
    /// <summary>Answers a question and says how instead of what.</summary>
    public static void Write(MergedHistory history, Question question, string format, TextWriter into)
    {
        var ways = history.Ways(question.Query);
        var (steps, parts) = Answer(history, question);
        if (format == "json")
        {
            JsonOut.Write(into, new
            {
                follows = question.Starts.Count,
                found = steps.Count,
                parts = parts.Select((part, i) => new { part.Recording, part.Tier, index = i < ways.Count ? ways[i].Way.Index : null, expected = i < ways.Count ? ways[i].Way.Expected : (long?)null, part.Asked, part.Events, millis = part.TookNanos / 1e6, leftOutBytes = part.LeftOut?.Bytes }),
            });
            return;
        }
        if (question.Starts.Count > 0) into.WriteLine($"Follows links from {question.Starts.Count} events by their ids, {question.Depth} steps; of all events the ways would be:");
        foreach (var (part, way) in ways) into.WriteLine($"{part.Recording} {part.Tier,-5} {way.Index}; expects to look at {way.Expected:N0} events");
        foreach (var part in parts) into.WriteLine(Line(part));
        into.WriteLine($"{steps.Count:N0} events found");
    }

    /// <summary>The answer, and what each part had to do with it; nothing of parts where links were followed by ids.</summary>
    public static (List<CausalStep> Steps, IReadOnlyList<AnswerPart> Parts) Answer(MergedHistory history, Question question)
    {
        if (question.Starts.Count > 0) return (question.Answer(history), []);
        var steps = new List<CausalStep>();
        var parts = history.Ask(question.Query, (EventId id, in ScopeEvent e) =>
        {
            steps.Add(new(new(id, e), 0, LinkKind.None, EventId.None));
            return true;
        });
        return (steps, parts);
    }

    /// <summary>What a part gave and took, in a line.</summary>
    public static string Line(AnswerPart part) => part.LeftOut is { } cost
        ? $"{part.Recording} {part.Tier,-5} left out: {cost.Objects} segments, {cost.Bytes / 1e6:0.0} MB to fetch; --include-cold fetches them"
        : part.Asked == 0 ? $"{part.Recording} {part.Tier,-5} not asked: it holds nothing of it that a newer tier does not" : $"{part.Recording} {part.Tier,-5} gave {part.Events:N0} events in {TimeText.Show(part.TookNanos)}, asked {part.Asked} {(part.Asked == 1 ? "time" : "times")}";
}
