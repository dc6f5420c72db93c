// A stage is killed by a poisoned event: it is replaced, the event is set aside with the error, and all others arrive.
using System.Text.Json;
using Scope.Events;
using Scope.Events.Redaction;
using Scope.Pipeline.Correlate;
using Scope.Store;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class CorrelateStageTests
{
    const int PoisonedAfter = 50, PoisonedBefore = 60; // Whether the correlator fails when the event has gone on, or before.

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scope-letters-");

    string Letters => Path.Combine(_folder.FullName, DeadLetters.FileName);

    [TestCleanup]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Events_that_kill_the_correlator_are_set_aside_and_the_recording_goes_on()
    {
        var (catalog, ledger, letters, replaced) = (new Catalog(), new Ledger(), new DeadLetters(_folder.FullName, Redactor.BuiltIn), new List<Exception>());
        var index = new HotIndex(catalog, ledger);
        var stage = new CorrelateStage(history => new(catalog, ledger, history), index, ledger, replaced.Add, letter => letters.Add(letter));
        var target = catalog.Targets.Add(new(1, "t", "", "", "", "", EventTime.Min, 0, ""));
        for (var i = 1; i <= 100; i++)
            stage.Append(new() { Time = new(i), Kind = EventKind.Metric, Target = target, Thread = i == PoisonedAfter ? new(-7) : catalog.Threads.Intern(target, i % 3 + 1), CodeNode = i == PoisonedBefore ? new(-5) : default, Value = i });
        stage.Flush(new(101));
        stage.Advance(EventTime.Max);

        var values = new List<long>();
        index.Visit(new EventQuery(), (EventId _, in ScopeEvent e) =>
        {
            values.Add(e.Value);
            return true;
        });
        values.ShouldBe(Enumerable.Range(1, 100).Where(i => i != PoisonedBefore).Select(i => (long)i));
        replaced.Count.ShouldBe(3, "once for the one that had gone on, twice for the other");
        ledger.Summary().Losses.ShouldHaveSingleItem().ShouldBe(new(LossSource.Stage, CorrelateStage.Name, new(PoisonedBefore), new(PoisonedBefore), 1));
        var told = File.ReadAllLines(Letters);
        told.Length.ShouldBe(2);
        var letter = JsonDocument.Parse(told[0]).RootElement;
        letter.GetProperty("kind").GetString().ShouldBe("Metric");
        letter.GetProperty("bytes").GetBytesFromBase64().Length.ShouldBe(64);
        letter.GetProperty("error").GetString()!.ShouldContain(nameof(Correlator));
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Letters).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [TestMethod]
    public void Dead_letters_are_bounded()
    {
        var letters = new DeadLetters(_folder.FullName, Redactor.BuiltIn);
        for (var i = 0; i < Limits.DeadLetters + 10; i++) letters.Add(DeadLetter.Of("stage", new(i), "Metric", new ScopeEvent(), new InvalidOperationException("a mistake")));
        File.ReadLines(Letters).Count().ShouldBe(Limits.DeadLetters);
    }
}
