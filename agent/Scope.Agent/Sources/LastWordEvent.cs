// What a dying target wrote to its standard error, as the event that its streams did not bring any more.
using Scope.Attach.Processes;
using Scope.Events;

namespace Scope.Agent.Sources;

static class LastWordEvent
{
    /// <summary>The event of an exception that nobody caught, with the stack that the runtime wrote.</summary>
    public static ScopeEvent Of(Catalog catalog, TargetId target, EventTime time, LastWord word)
    {
        var made = new ScopeEvent { Time = time, Kind = EventKind.ExceptionUnhandled, Target = target, Name = catalog.Names.Intern(word.Exception), Flags = EventFlags.Error };
        if (word.Frames.Count > 0)
            made.Stack = catalog.Stacks.Intern([.. word.Frames.Select(f => catalog.CodeNodes.Intern(target, catalog.Methods.Intern(new(default, 0, f.Type, f.Method, ""))))]);
        if (word.Message.Length == 0) return made;
        var writer = new PayloadWriter(new byte[Limits.PayloadBytes], catalog.Redactor);
        writer.Add(catalog.Names.Intern("message"), word.Message);
        made.Payload = catalog.Payloads.Add(writer.Written);
        return made;
    }
}
