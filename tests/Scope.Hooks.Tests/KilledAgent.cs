// An agent of its own process, so that it can be killed: attaches, gives signs of life, and knows nothing of its end.

namespace Scope.Hooks.Tests;

static class KilledAgent
{
    /// <summary>Attaches to the process whose id it is given, with a silence in milliseconds.</summary>
    static async Task<int> Main(string[] arguments)
    {
        int pid = int.Parse(arguments[0]);
        Console.WriteLine("attaching");
        using var region = await NativeAttachment.AttachAsync(pid, nonce: 99, silenceMillis: uint.Parse(arguments[1]));
        Console.WriteLine("attached");
        for (; ; )
        {
            region.Native.Beat();
            await Task.Delay(50);
        }
    }
}
