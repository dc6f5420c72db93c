// scope-attach doctor: what works here and what does not, each with the way to mend it.
using System.CommandLine;
using Scope.Attach.Processes;

namespace Scope.Agent.Verbs;

static class DoctorVerb
{
    static readonly Argument<string?> Target = new("pid or name") { Description = "A process to look at too.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> Postgres = new("--postgres") { Description = "A connection string to try." };
    static readonly Option<bool> Json = CommonOptions.Json();

    static readonly Dictionary<CheckStatus, (string Mark, string Word)> Marks = new()
    {
        [CheckStatus.Ok] = ("ok  ", "ok"),
        [CheckStatus.Warn] = ("warn", "warn"),
        [CheckStatus.Fail] = ("FAIL", "fail"),
    };

    public static Command Create()
    {
        var verb = new Command("doctor", "Checks what works here, and says how to mend what does not.") { Target, Postgres, Json };
        verb.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
        return verb;
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        int? pid = null;
        if (parsed.GetValue(Target) is { } text)
        {
            // A pid is looked at whatever it is: saying what is wrong with it is the point.
            if (int.TryParse(text, out var number)) pid = number;
            else if (ProcessList.Find(text).Try(out var process, out var failure)) pid = process.Pid;
            else throw Failures.Of(failure);
        }
        var checks = await Doctor.CheckAsync(new DoctorRequest(pid, parsed.GetValue(Postgres) ?? ""), cancel);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, checks.Select(c => new { c.Name, status = Marks[c.Status].Word, c.Meaning, c.Mend }));
        else Print(checks);
        return checks.Any(c => c.Status == CheckStatus.Fail) ? ExitCode.CouldNotAttach : ExitCode.Ok;
    }

    static void Print(IReadOnlyList<DoctorCheck> checks)
    {
        foreach (var check in checks)
        {
            Console.WriteLine($"{Marks[check.Status].Mark}  {check.Name,-12} {check.Meaning}");
            if (check.Mend.Length > 0) Console.WriteLine($"      {"",-12} -> {check.Mend}");
        }
    }
}
