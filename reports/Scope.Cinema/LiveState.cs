// What the live page shows at one moment: the report's own sections over the last minute. Made at most once a second,
// however many look, and only from the chains of the kinds that it shows: samples, the many, are not read.
using System.Diagnostics;
using System.Text.Json;
using Scope.Code;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Reports.Page;
using Scope.Store;

namespace Scope.Cinema;

/// <summary>The state of a recording that still runs.</summary>
sealed class LiveState(IHistory history, TargetInfo target, Func<Diagnosis> diagnosis)
{
    const long ShownNanos = 60_000_000_000;

    static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);

    readonly Lock _lock = new();
    readonly CodeFiles _files = new();
    readonly Stopwatch _age = new();
    byte[] _message = [];

    /// <summary>The name of the target.</summary>
    public string Name => target.Name;

    /// <summary>The state as one server-sent event.</summary>
    public ReadOnlyMemory<byte> Message()
    {
        lock (_lock)
        {
            if (_age.IsRunning && _age.Elapsed < Fresh) return _message;
            using var message = new MemoryStream();
            message.Write("data: "u8);
            HtmlPage.WriteData(message, Write);
            message.Write("\n\n"u8);
            _age.Restart();
            return _message = message.ToArray();
        }
    }

    /// <summary>Writes the state in the form of a report's data.</summary>
    public void Write(Utf8JsonWriter data)
    {
        var found = diagnosis();
        var window = Window.Of(history, found with { From = history.Last - ShownNanos, To = history.Last });
        var texts = new ReportTexts(history.Catalog, new(history.Catalog, _files));
        Section[] sections = [new Timeline(window, history.Catalog), new Requests(window, texts), new Exceptions(window, texts), new Collections(window, texts), new Locks(window, texts)];
        IncidentReport.Scan(history, window, sections);
        var facts = new ReportFacts { Target = target, Ledger = history.Ledger, Command = "" };
        MetaPart.Write(data, facts, window, texts);
        new FindingsPart(found, window, history).Write(data, texts);
        foreach (var section in sections) section.WriteTo(data);
        LedgerPart.Write(data, facts, window);
        data.WriteNumber("held", history.Count);
        texts.Write(data);
    }
}
