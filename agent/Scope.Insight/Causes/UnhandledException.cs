// unhandled-exception: an exception that nobody caught, which ends the process.
// Looks for: unhandled-exception events.
// In: these events, their stacks, and the last exception thrown before.
// Scores: always critical and sure.
// Culprit: the application's deepest method on its stack.
// Refuted by: nothing; it happened.
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds unhandled exceptions.</summary>
internal sealed class UnhandledException : ICause
{
    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var id in at.Exceptions.Unhandled.Take(1))
        {
            if (!at.History.TryGet(id, out var e)) continue;
            // The runtime tells the unhandled one without a stack at times; the throw just before has it.
            var stack = e.Stack.IsNone && at.History.TryGet(at.Exceptions.LastThrown, out var thrown) ? thrown.Stack : e.Stack;
            var method = at.Stacks.AppMethodOf(stack);
            var type = at.Catalog.Names[e.Name];
            var message = e.Payload.IsNone ? null : at.Catalog.Payloads.Field(e.Payload, at.Catalog.Names.Find("message"));
            yield return new()
            {
                Method = method,
                Finding = new()
                {
                    Cause = "unhandled-exception",
                    Culprit = method.IsNone ? type : at.NameOf(method),
                    Also = method.IsNone ? [] : [type],
                    Severity = Severity.Critical,
                    Confidence = 0.99,
                    Impact = 1,
                    Summary = $"{type} was thrown in {(method.IsNone ? "code without a frame of the application" : at.Place(method))} and nobody caught it, which ends the process."
                        + (message is null ? "" : $" It says: {Wording.Short(message)}"),
                    Advice = "Catch it where the work begins (the thread's or timer's callback, the worker's loop) and mend what throws.",
                    Reasoning = "Told by the runtime's own event of an unhandled exception.",
                    Evidence = at.Exceptions.LastThrown == EventId.None ? [id] : [id, at.Exceptions.LastThrown],
                },
            };
        }
    }
}
