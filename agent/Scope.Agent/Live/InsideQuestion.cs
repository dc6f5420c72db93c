// Whether the collector may be loaded, asked of who sits at a terminal, where no setting says it. Who does not answer says no.
using System.Diagnostics;

namespace Scope.Agent.Live;

static class InsideQuestion
{
    const int PatienceMillis = 15_000, LookMillis = 20;

    /// <summary>Asks, where there is a terminal; false where there is none.</summary>
    public static async Task<bool> AskAsync(int pid)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected) return false;
        Console.Error.Write($"Load Scope's collector into process {pid}? The same spans for a quarter of what they cost it otherwise; a small assembly stays in it. [y/N] ");
        var isYes = await ReadLineAsync() is "y" or "Y" or "yes";
        Console.Error.WriteLine(isYes ? "" : "no; --inside does without the question");
        return isYes;
    }

    // Up to Enter, so that it is not taken for the one that ends the recording.
    static async Task<string> ReadLineAsync()
    {
        var text = "";
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < PatienceMillis; await Task.Delay(LookMillis))
            while (Console.KeyAvailable)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter) return text;
                text += key.KeyChar;
                Console.Error.Write(key.KeyChar);
            }
        return "";
    }
}
