// The folder of watch: for its owner only, and for one watch at a time.
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent.Watch;

static class WatchFolder
{
    const string LockFile = "watch.lock";

    /// <summary>The folder that the settings name, else the usual one; made when it is missing.</summary>
    public static string Make(string told)
    {
        var folder = Of(told);
        try
        {
            if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
            if (FileFacts.FaultOfFolder(folder) is not { } fault) return folder;
            throw new UserError(ExitCode.BadArgument, $"the folder of watch cannot be used: {fault} Mend that, or name another one in watch.folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"the folder of watch {folder}: {e.Message} Give access to it, or name another one in watch.folder");
        }
    }

    /// <summary>The folder that the settings name; else that of a service manager, of the system for root, of the user.</summary>
    public static string Of(string told) =>
        told.Length > 0 ? Path.GetFullPath(told)
        : Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } given ? given.Split(':')[0]
        : Environment.IsPrivilegedProcess ? "/var/lib/scope"
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "scope");

    /// <summary>Takes the folder; refuses when another watch has it. The kernel lets go of it when we die.</summary>
    public static FileStream Hold(string folder)
    {
        try
        {
            return HeldFile.Open(Path.Combine(folder, LockFile), FileMode.OpenOrCreate);
        }
        catch (IOException)
        {
            throw new UserError(ExitCode.BadArgument, $"another scope-attach watch runs with the folder {folder}; stop it, or name another one in watch.folder");
        }
    }
}
