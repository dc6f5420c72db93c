// A recording out of a .nettrace file: read twice, first for the names (a file tells them at its end), then for the
// events. The same translator and correlator as for a live target; what the file cannot tell is said.
using Scope.Attach.Import;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Pipeline.Ring;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Agent.Sources;

sealed class NettraceImport(string path, string outputFolder)
{
    const int NoEventsRing = 1024; // The first reading tells names only; a ring is what a translator writes to.

    readonly Catalog _catalog = new();
    readonly Ledger _ledger = new();

    /// <summary>Imports the file; gives the recording's folder, how the reading ended and what the file cannot tell.</summary>
    public (string Folder, ImportResult Result) Run()
    {
        var target = _catalog.Targets.Add(new(0, Path.GetFileName(path).Split('.')[0], "", "", "", "", EventTime.Min, 0, ""));
        var symbols = new TargetSymbols(target, _catalog);
        ReadWith(new NettraceTranslator(target, _catalog, new Ledger(), new EventRing(NoEventsRing), symbols, StreamClock.Recorded(), "names", setAside: _ => { })); // What fails here fails again below.
        symbols.Complete();

        var index = new HotIndex(_catalog, _ledger);
        var folder = RecordingFolder.Create(outputFolder, _catalog.Targets[target].Name, EventTime.Now);
        using var writer = RecordingWriter.Start(folder, new RecordingInfo
        {
            ScopeVersion = ReportFiles.ScopeVersion,
            Started = EventTime.Now,
            Targets = _catalog.Targets.All,
            Sources = [new(Path.GetFileName(path), "imported file")],
        }, _catalog, _ledger, index.Read);
        var (letters, mistakes) = (new DeadLetters(folder, _catalog.Redactor), new List<string>());
        var correlator = new CorrelateStage(history => new(_catalog, _ledger, history), index, _ledger, _ => { }, SetAside);
        var translator = new NettraceTranslator(target, _catalog, _ledger, new PacedSink(correlator, index, writer), symbols, StreamClock.Recorded(), Path.GetFileName(path), setAside: SetAside);
        var result = ReadWith(translator);
        translator.End();
        correlator.Flush(index.Last);
        writer.Describe(info => info with { Targets = _catalog.Targets.All, Notes = mistakes });
        writer.Stop();
        return (folder, result);

        void SetAside(DeadLetter letter)
        {
            if (letters.Add(letter) is { } sentence && mistakes.Count < Limits.RecordingNotes) mistakes.Add(sentence);
        }
    }

    ImportResult ReadWith(NettraceTranslator translator) =>
        TraceImport.Read(path, translator, translator.Surviving(new())).Try(out var result, out var failure) ? result : throw new UserError(ExitCode.BadArgument, failure.Message);

    /// <summary>Holds the reading back while the writer is behind: a file can wait, unlike a target, so nothing is lost.</summary>
    sealed class PacedSink(CorrelateStage correlator, HotIndex index, RecordingWriter writer) : IEventSink
    {
        const int LookEach = 1 << 12;

        readonly ManualResetEventSlim _pause = new();
        int _sinceLook;

        public EventId Append(in ScopeEvent e)
        {
            if (++_sinceLook >= LookEach) WaitForWriter();
            return correlator.Append(e);
        }

        public void Advance(EventTime noneBefore) => correlator.Advance(noneBefore);

        void WaitForWriter()
        {
            _sinceLook = 0;
            while (index.NextId.Value - writer.Status.Written > Limits.ImportUnwrittenEvents && writer.Status.Problem is null) _pause.Wait(10);
        }
    }
}
