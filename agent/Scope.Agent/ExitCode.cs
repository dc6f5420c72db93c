// What the program says with its exit code, so that scripts can act on it. The numbers are a public interface.
namespace Scope.Agent;

/// <summary>The exit codes of scope-attach.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,
    /// <summary>Could not attach: no such process, not .NET, diagnostics off, refused.</summary>
    CouldNotAttach = 1,
    /// <summary>Attached, but tracing broke off before it should have; what came until then is kept.</summary>
    TracingBroke = 2,
    /// <summary>A bad argument, option or setting.</summary>
    BadArgument = 3,
    /// <summary>Not possible on this platform or with these rights.</summary>
    NotPossible = 4,
    /// <summary>A bug in Scope.</summary>
    InternalError = 5,
}
