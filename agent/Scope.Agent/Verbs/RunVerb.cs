// scope-attach run -- command: a program recorded from its first instruction. Its runtime waits at its start until our
// sessions are on; its input, output and exit code are its own.
using System.CommandLine;
using System.Diagnostics;
using Scope.Agent.Configuration;
using Scope.Agent.Live;
using Scope.Attach.Port;
using Scope.Attach.Processes;

namespace Scope.Agent.Verbs;

static class RunVerb
{
    static readonly TimeSpan RuntimeStarts = TimeSpan.FromSeconds(30);

    static readonly Argument<string[]> CommandLine = new("command") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var verb = new Command("run", "Starts a program and records it from its first instruction; its exit code becomes ours.") { CommandLine };
        foreach (var option in RecordOptions.All) verb.Options.Add(option);
        verb.SetAction(async (parsed, cancel) => await RunAsync(parsed, cancel));
        return verb;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        // The terminal is the program's: nothing of ours is drawn over its output.
        RecordOptions.ConfigurationOf(parsed).Refuse("run starts a program that waits for Scope, with a variable more in its environment");
        var options = RecordOptions.Read(parsed) with { Quiet = true };
        await using var reverse = new ReversePort();
        using var program = Start(parsed.GetValue(CommandLine)!, reverse);
        var attempt = await NextOrExitAsync(reverse, program, cancel);
        if (!attempt.Try(out var runtime, out var failure))
        {
            Console.Error.WriteLine($"scope-attach: not recorded: {failure.Message}");
            await program.WaitForExitAsync(CancellationToken.None);
            return program.ExitCode;
        }
        await RecordAsync(runtime, options, cancel);
        await program.WaitForExitAsync(CancellationToken.None);
        return program.ExitCode;
    }

    static Process Start(string[] command, ReversePort reverse)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        start.Environment[ReversePort.VariableName] = reverse.VariableValue;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new UserError(ExitCode.BadArgument, $"could not start '{command[0]}': {e.Message}");
        }
    }

    // A program that ends before any runtime has reported is no .NET program: its exit code is all there is.
    static async Task<Attempt<ReverseRuntime>> NextOrExitAsync(ReversePort reverse, Process program, CancellationToken cancel)
    {
        using var exited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var next = reverse.NextAsync(RuntimeStarts, exited.Token);
        if (await Task.WhenAny(next, program.WaitForExitAsync(cancel)) == next) return await next;
        await exited.CancelAsync();
        return new AttachFailure(AttachReason.NotDotnet, program.Id, $"'{program.StartInfo.FileName}' ended before a .NET runtime started in it");
    }

    static async Task RecordAsync(ReverseRuntime runtime, RecordOptions options, CancellationToken cancel)
    {
        var port = new DiagnosticPort(runtime);
        var info = await port.InfoAsync(cancel);
        var process = ProcessList.Read(runtime.Pid);
        if (!info.Try(out var facts, out var failure) || process is null)
        {
            Console.Error.WriteLine($"scope-attach: not recorded: {failure?.Message ?? $"process {runtime.Pid} is gone"}");
            return;
        }
        using var signals = new StopSignals(duration: null, watchEnter: false); // The program waits for us: nothing may end us before it goes on.
        var settings = options.Recorder with { Profile = options.Recorder.Profile.FromTheStart, QuietLook = TimeSpan.Zero };
        if (!(await Recorder.StartAsync(port, Targets.Describe(process, facts), settings, cancel)).Try(out var recorder, out failure))
        {
            Console.Error.WriteLine($"scope-attach: not recorded: {failure.Message}");
            await port.ResumeAsync(CancellationToken.None);
            return;
        }
        await using var closing = recorder;
        var resumed = await port.ResumeAsync(cancel);
        recorder.HasBegun();
        if (resumed.Failure is { } stuck) Console.Error.WriteLine($"scope-attach: {stuck.Message}");
        signals.EndAfter(options.Duration);
        await RecordingSession.RunAsync(recorder, signals, options);
    }
}
