// The built program, run as its users run it.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

/// <summary>Runs scope-attach.</summary>
static class ScopeAttach
{
    public const int Ok = 0;
    public const int CouldNotAttach = 1;
    public const int BadArgument = 3;
    public const int NotPossible = 4;

    static readonly TimeSpan Within = TimeSpan.FromSeconds(90); // Ten seconds of recording, and a busy machine.

    /// <summary>The program's path.</summary>
    public static string Program => Checkout.Program("agent/Scope.Agent", "scope-attach");

    /// <summary>Runs it to its end.</summary>
    public static Task<Ended> RunAsync(params string[] arguments) => ChildProcess.RunAsync(Program, arguments, Within);

    /// <summary>Starts it.</summary>
    public static ChildProcess Start(params string[] arguments) => ChildProcess.Start(Program, arguments);

    /// <summary>Attaches for some seconds and returns the recording's folder.</summary>
    public static async Task<string> RecordAsync(string target, int seconds, TemporaryFolder into, params string[] options)
    {
        var ended = await RunAsync([target, "--duration", $"00:00:{seconds:00}", "-o", into.Path, .. options]);
        ended.ExitCode.ShouldBe(Ok, ended.Errors);
        return RecordingIn(into);
    }

    /// <summary>The one recording in a folder.</summary>
    public static string RecordingIn(TemporaryFolder folder) => Directory.GetDirectories(folder.Path, "*.scope").ShouldHaveSingleItem();

    /// <summary>That it refused: in one line, which names what is asked for, and with one of these exit codes.</summary>
    public static void ShouldRefuse(this Ended ended, string naming, params int[] exitCodes)
    {
        exitCodes.ShouldContain(ended.ExitCode, ended.Errors);
        ended.Output.ShouldBeEmpty();
        ended.Errors.Split('\n').ShouldHaveSingleItem().ShouldContain(naming);
    }
}
