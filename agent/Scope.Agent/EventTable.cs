// Events as a table for people: one line each, with the id that report --around and findings refer to.
using Scope.Events;
using Scope.Store;
using Scope.Store.Query;

namespace Scope.Agent;

static class EventTable
{
    const int NameWidth = 60, StepWidth = 30;

    static readonly string[] LinkTexts = ["", "parent", "message", "task", "lock", "error", "state"];

    /// <summary>Writes events as lines of columns; spans by their numbers where those are the same each time, else by their W3C ids.</summary>
    public static void Write(IHistory history, IReadOnlyList<CausalStep> events, TextWriter into, bool numbered = true)
    {
        var followed = events.Any(step => step.By != LinkKind.None);
        WriteHead(into, followed);
        foreach (var step in events) WriteLine(history.Catalog, step.Stored, into, numbered, followed ? StepOf(step) + "  " : "");
    }

    /// <summary>Writes the names of the columns.</summary>
    public static void WriteHead(TextWriter into, bool followed = false) =>
        into.WriteLine($"{"id",10}  {"time (UTC)",-15}  {"kind",-16} {"thread",8} {"span",16} {"value",10}  {(followed ? $"{"step",-StepWidth}  " : "")}name");

    /// <summary>Writes one event.</summary>
    public static void WriteLine(Catalog catalog, in StoredEvent stored, TextWriter into, bool numbered = true, string step = "")
    {
        var (id, e) = stored;
        var thread = e.Thread.IsNone ? "" : catalog.Threads.OsIdOf(e.Thread).ToString();
        var span = e.Span.IsNone ? "" : numbered ? "#" + e.Span.Value : catalog.Spans[e.Span].W3CSpan is not 0 and var w3c ? w3c.ToString("x16") : "";
        into.WriteLine($"{id,10}  {e.Time.ToInstant():HH:mm:ss.ffffff}  {Marked(e),-16} {thread,8} {span,16} {ValueOf(e),10}  {step}{OneLine(NameOf(catalog, e))}");
    }

    // How many steps from where it was started, how the last went and from which event.
    static string StepOf(in CausalStep step) => (step.By == LinkKind.None ? "0" : $"{step.Depth} {LinkTexts[(int)step.By]} #{step.From}").PadRight(StepWidth);

    static string Marked(in ScopeEvent e) => (e.Flags & EventFlags.Error) != 0 ? e.Kind.Text() + " !" : e.Kind.Text();

    static string ValueOf(in ScopeEvent e) =>
        EventKinds.HasDuration(e.Kind) ? TimeText.Show(e.Value) : EventKinds.Rule(e.Kind).Value == "-" ? "" : e.Value.ToString();

    static string NameOf(Catalog catalog, in ScopeEvent e)
    {
        var name = catalog.Names[e.Name];
        var method = catalog.Methods[e.Method]?.FullName ?? "";
        var text = name.Length == 0 ? method : method.Length == 0 ? name : $"{name}  in {method}";
        return text.Length <= NameWidth || Console.IsOutputRedirected ? text : text[..(NameWidth - 1)] + "…";
    }

    /// <summary>A target's text in one line, which must not drive the terminal.</summary>
    public static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text
        : string.Create(text.Length, text, (to, from) => { for (var i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) ? ' ' : from[i]; });
}
