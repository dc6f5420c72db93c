// Threads of a process by their names, which end while they are counted.
namespace Scope.Hooks.Tests;

static class NamedThreads
{
    /// <summary>How many threads of a process have a name.</summary>
    public static int Count(int pid, string name) => Directory.GetDirectories($"/proc/{pid}/task").Count(task => NameOf(task) == name);

    static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return ""; // It ended in the meantime.
        }
    }
}
