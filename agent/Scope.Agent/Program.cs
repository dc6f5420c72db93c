// The program: finds the verb, runs it, and turns what comes out into an exit code. Everything else is in the verbs.
using System.CommandLine;

namespace Scope.Agent;

/// <summary>The entry point of scope-attach.</summary>
public static class Program
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Main(string[] args)
    {
        NativeHeap.Bound();
        try
        {
            return (int)await Run(args);
        }
        catch (UserError error)
        {
            Console.Error.WriteLine("scope-attach: " + error.Message);
            return (int)error.Code;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("scope-attach: given up before anything was recorded, as you asked twice.");
            return (int)ExitCode.CouldNotAttach;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            Console.Error.WriteLine($"scope-attach: internal error, please report it with these lines:{Environment.NewLine}{bug}");
            return (int)ExitCode.InternalError;
        }
    }

    static async Task<ExitCode> Run(string[] args)
    {
        var root = CommandLine.Build();
        var parsed = root.Parse(args);
        if (Help.AskedFor(root, parsed) is { } help) return (ExitCode)help.Invoke(parsed);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine("scope-attach: " + error.Message);
            Console.Error.WriteLine($"Try: {CommandLine.PathOf(parsed.CommandResult)} --help");
            return ExitCode.BadArgument;
        }
        // Ctrl+C is a way to stop a recording, not to lose it: the verbs handle it.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return (ExitCode)await parsed.InvokeAsync(configuration);
    }
}

/// <summary>A failure that the user can mend: one line that says what failed, where, and what to do next.</summary>
public sealed class UserError(ExitCode code, string message) : Exception(message)
{
    /// <summary>The exit code that goes with it.</summary>
    public ExitCode Code { get; } = code;
}
