// scope-attach baseline: how a service behaved when it was well, kept by a name, and later recordings compared with it.
using System.CommandLine;
using Scope.Events;
using Scope.Insight.Baselines;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class BaselineVerb
{
    const int WorstEvents = 10;

    static readonly Argument<string> Name = new("name") { Description = "What the baseline is called: letters, digits, point, minus and underscore." };
    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    static readonly Option<string?> Folder = new("--folder") { Description = "Where baselines are kept, instead of ~/.local/share/scope/baselines." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var save = new Command("save", "Keeps how the service behaved in a recording as a baseline.") { Name, Recording, Folder, Json };
        save.SetAction(parsed => (int)Save(parsed));
        var compare = new Command("compare", "Compares a recording with a baseline and writes its report again; what got worse leads.") { Name, Recording, Folder, Output, Json };
        compare.SetAction(parsed => (int)Compare(parsed));
        return new Command("baseline", "How a service behaves when it is well, and what got worse since.") { save, compare };
    }

    static ExitCode Save(ParseResult parsed)
    {
        var path = PathOf(parsed);
        var recording = OpenRecording.At(parsed.GetValue(Recording)!);
        var baseline = Baseline.Of(parsed.GetValue(Name)!, recording, EventTime.Min, EventTime.Max);
        if (baseline.Measures.Count == 0) throw new UserError(ExitCode.BadArgument, $"{recording.Folder} holds too little to compare with: no route, statement or second with eight values");
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(path)!)) RecordingFolder.Make(Path.GetDirectoryName(path)!);
            using var file = OwnerFile.Create(path);
            BaselineFile.Write(file, baseline);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"could not write {path}: {e.Message}");
        }
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, new { baseline.Name, path, measures = baseline.Measures.Count, baseline.Seconds });
        else Console.WriteLine($"{baseline.Name}: {baseline.Measures.Count} measures over {baseline.Seconds:0} s, in {path}");
        return ExitCode.Ok;
    }

    static ExitCode Compare(ParseResult parsed)
    {
        var before = Read(PathOf(parsed));
        var recording = OpenRecording.At(parsed.GetValue(Recording)!);
        var comparison = Comparison.Between(before, Baseline.Of(before.Name, recording, EventTime.Min, EventTime.Max));
        var diagnosis = comparison.Leading(ReportFiles.Diagnose(recording, EventTime.Min, EventTime.Max), measure => Worst(recording, measure));
        var folder = parsed.GetValue(Output) ?? recording.Folder;
        if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
        var written = ReportFiles.Write(recording, diagnosis, folder, recording.Info.Cost, $"scope-attach baseline compare {before.Name} {recording.Folder}", recording.Notes);
        if (parsed.GetValue(Json)) TellMachine(comparison, written);
        else TellPeople(comparison, written);
        return ExitCode.Ok;
    }

    static void TellPeople(Comparison comparison, string written)
    {
        foreach (var change in comparison.Changes.Where(c => c.IsWorse || c.IsBetter))
            Console.WriteLine($"{(change.IsWorse ? "worse " : "better")}  {MeasureText.What(change.After)}: {MeasureText.Value(change.Before, change.MiddleBefore)} → {MeasureText.Value(change.After, change.MiddleAfter)}  (effect {change.Effect:+0.00;-0.00}, p {change.P:0.0000})");
        foreach (var measure in comparison.New.Where(m => m.What == "latency")) Console.WriteLine($"new     {measure.Name}");
        foreach (var measure in comparison.Gone.Where(m => m.What == "latency")) Console.WriteLine($"gone    {measure.Name}");
        if (!comparison.Changes.Any(c => c.IsWorse)) Console.WriteLine($"Nothing got worse against {comparison.Name}; {comparison.Changes.Count} measures were compared.");
        Console.WriteLine(Path.GetFullPath(written));
    }

    static void TellMachine(Comparison comparison, string written) => JsonOut.Write(Console.Out, new
    {
        baseline = comparison.Name,
        written,
        changes = comparison.Changes.Select(c => new { c.After.What, c.After.Name, c.After.Unit, before = c.MiddleBefore, after = c.MiddleAfter, c.Effect, p = c.P, worse = c.IsWorse, better = c.IsBetter }),
        @new = comparison.New.Select(m => new { m.What, m.Name }),
        gone = comparison.Gone.Select(m => new { m.What, m.Name }),
    });

    /// <summary>The events of a measure with the largest values.</summary>
    static IReadOnlyList<EventId> Worst(Recording recording, Measure measure)
    {
        var name = recording.Catalog.Names.Find(measure.Name);
        if (name.IsNone) return [];
        var worst = new PriorityQueue<EventId, long>();
        recording.Visit(new() { Kinds = KindSet.Spans }, (EventId id, in ScopeEvent e) =>
        {
            if (e.Name == name) worst.Enqueue(id, e.Value);
            if (worst.Count > WorstEvents) worst.Dequeue();
            return true;
        });
        return [.. worst.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
    }

    static Baseline Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return BaselineFile.Read(file, out var problem) ?? throw new UserError(ExitCode.BadArgument, $"{path}: {problem}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(ExitCode.BadArgument, $"there is no baseline {Path.GetFileNameWithoutExtension(path)} in {Path.GetDirectoryName(path)}; scope-attach baseline save makes one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"{path} cannot be read: {e.Message}");
        }
    }

    static string PathOf(ParseResult parsed)
    {
        var name = parsed.GetValue(Name)!;
        if (name.Length is 0 or > 100 || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw new UserError(ExitCode.BadArgument, $"'{name}' is no name for a baseline: letters, digits, point, minus and underscore, not beginning with a point");
        var folder = parsed.GetValue(Folder) ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "scope", "baselines");
        return Path.Combine(folder, name + ".json");
    }
}
