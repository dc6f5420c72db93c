// unhandled-exception: an exception that nobody caught, which ends the process; async-void when it is nobody's because it was
// thrown in an async void method, whose exceptions no caller can catch.
// Looks for: unhandled-exception events.
// In: these events, their stacks, and the last exception thrown before.
// Scores: always critical and sure.
// Culprit: the application's deepest method on its stack.
// Refuted by: nothing; it happened.
using Scope.Events;
using Scope.Insight.Views;

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
            var isAsyncVoid = (at.Stacks.Of(stack).Marks & FrameMark.FromAsyncVoid) != 0;
            // What is thrown again on a pool thread shows the runtime's frames only; its last throw in the application tells where it was lost.
            var lost = at.Exceptions.LastOfApplication(e.Name);
            if (at.Stacks.AppMethodOf(stack).IsNone && at.History.TryGet(lost, out var last)) stack = last.Stack;
            var method = at.Stacks.AppMethodOf(stack);
            var type = at.Catalog.Names[e.Name];
            var message = e.Payload.IsNone ? null : at.Catalog.Payloads.Field(e.Payload, at.Catalog.Names.Find("message"));
            yield return new()
            {
                Method = method,
                Finding = new()
                {
                    Cause = isAsyncVoid ? "async-void" : "unhandled-exception",
                    Culprit = method.IsNone ? type : at.NameOf(method),
                    Also = method.IsNone ? [] : [type],
                    Severity = Severity.Critical,
                    Confidence = 0.99,
                    Impact = 1,
                    Summary = $"{type} was thrown in {(method.IsNone ? "code without a frame of the application" : at.Place(method))} and nobody caught it, which ends the process."
                        + (message is null ? "" : $" It says: {Wording.Short(message)}"),
                    Advice = isAsyncVoid
                        ? "Return a Task and await it; where the signature must be void (event handlers, timers), catch everything inside of the method."
                        : "Catch it where the work begins (the thread's or timer's callback, the worker's loop) and mend what throws.",
                    Reasoning = "Told by the runtime's own event of an unhandled exception" + (isAsyncVoid ? "; its stack goes through the builder of async void methods." : "."),
                    Evidence = [.. new[] { id, lost, at.Exceptions.LastThrown }.Where(e => e != EventId.None).Distinct()],
                },
            };
        }
    }
}
