// RFC 4180 for spreadsheets and databases. A text that a spreadsheet would take for a formula gets an apostrophe before
// it: what a target says must not run on the reader's machine.
using System.Globalization;
using System.Text;
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Writes the events that match as comma-separated values with a head line.</summary>
public static class CsvExport
{
    const string Head = "id,time,kind,name,value,detail,flags,pid,thread,flow,trace_id,span,span_id,parent,method,payload";

    static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>Writes the events.</summary>
    public static void Write(IHistory history, EventQuery query, Stream output)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        text.Write(Head);
        text.Write("\r\n");
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            WriteRow(text, history.Catalog, id, e);
            return true;
        });
    }

    static void WriteRow(StreamWriter text, Catalog catalog, EventId id, in ScopeEvent e)
    {
        text.Write(string.Create(CultureInfo.InvariantCulture, $"{id.Value},{e.Time},{e.Kind.Text()},"));
        Cell(text, ExportText.Name(catalog, e.Name));
        text.Write(string.Create(CultureInfo.InvariantCulture, $",{e.Value},{e.Detail},"));
        Cell(text, e.Flags == 0 ? "" : e.Flags.ToString());
        text.Write(string.Create(CultureInfo.InvariantCulture, $",{ExportText.Pid(catalog, e.Target)},{catalog.Threads.OsIdOf(e.Thread)},{e.Flow.Value},{catalog.Flows.Text(e.Flow)},{e.Span.Value},{catalog.Spans[e.Span].SpanText},{e.Parent.Value},"));
        Cell(text, catalog.Methods[e.Method] is { } method ? ExportText.WellFormed(method.FullName) : "");
        text.Write(',');
        Cell(text, Payload(catalog, e.Payload));
        text.Write("\r\n");
    }

    static string Payload(Catalog catalog, PayloadId id)
    {
        var fields = catalog.Payloads.Read(id);
        if (!fields.Next()) return "";
        var all = new StringBuilder();
        do all.Append(all.Length == 0 ? "" : "; ").Append(ExportText.Name(catalog, fields.Key)).Append('=').Append(fields.Text);
        while (fields.Next());
        return all.ToString();
    }

    /// <summary>Writes one cell, in quotes where it needs them.</summary>
    public static void Cell(TextWriter text, string value)
    {
        var formula = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        if (!formula && !value.AsSpan().ContainsAny(NeedQuotes))
        {
            text.Write(value);
            return;
        }
        text.Write('"');
        if (formula) text.Write('\'');
        text.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
        text.Write('"');
    }
}
