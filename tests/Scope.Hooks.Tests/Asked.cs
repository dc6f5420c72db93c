// The exporting target, which does what it is asked and says what came of it.
using Scope.Testing;

namespace Scope.Hooks.Tests;

sealed class Asked : IAsyncDisposable
{
    readonly ChildProcess _child;

    Asked(ChildProcess child) => _child = child;

    public static async Task<Asked> StartAsync(string[] command)
    {
        var target = new Asked(ChildProcess.Start(command[0], command[1..]));
        await target._child.LineAsync("ready");
        return target;
    }

    public int Id => _child.Id;

    /// <summary>Asks for something and waits for its answer, the next line.</summary>
    public async Task<string> AskAsync(string command)
    {
        int before = Lines();
        await _child.WriteLineAsync(command);
        await Deadline.UntilAsync($"an answer to {command}", () => Lines() > before);
        return _child.Output.TrimEnd().Split('\n')[^1].Trim();
    }

    int Lines() => _child.Output.TrimEnd().Split('\n').Length;

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
