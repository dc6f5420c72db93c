// The target whose methods have every shape that code can have, as it was built or published, asked one line at a time.

namespace Scope.Testing;

/// <summary>A running target of shapes.</summary>
public sealed class ShapesTarget : IAsyncDisposable
{
    const string Project = "tests/Targets/Scope.Targets.Shapes", Answer = "done ";

    int _answers;

    ShapesTarget(ChildProcess process, MethodTokens methods) => (Process, Methods) = (process, methods);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="strain">What its runtime has to bear; null for nothing.</param>
    /// <param name="published">The program and the assembly in it; as it was built without.</param>
    public static async Task<ShapesTarget> StartAsync(RuntimeStrain? strain = null, (string Program, string Assembly)? published = null)
    {
        var (program, assembly) = published ?? (Checkout.Program(Project), Checkout.Program(Project) + ".dll");
        string[] command = [.. strain?.Before ?? [], program];
        var process = ChildProcess.Start(command[0], command[1..], strain?.Environment);
        await process.LineAsync("ready");
        return new ShapesTarget(process, new MethodTokens(assembly));
    }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Its methods.</summary>
    public MethodTokens Methods { get; }

    /// <summary>All methods with a body, but the entry point, which never returns.</summary>
    public IEnumerable<(string Name, uint Token)> Probed => Methods.All.Where(m => !m.Name.StartsWith("Program.", StringComparison.Ordinal));

    /// <summary>Bytes of memory that are its own and no file's.</summary>
    public long AnonymousBytes => 1024 * long.Parse(File.ReadLines($"/proc/{Process.Id}/status").First(l => l.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Says a line to it and returns what it answers, without the word itself.</summary>
    /// <param name="line">The line.</param>
    /// <param name="meanwhile">What to do while it is waited for, such as giving signs of life.</param>
    /// <param name="answers">How many answers it takes: more than one when lines before it were said without waiting.</param>
    /// <param name="within">How long to wait.</param>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    public async Task<string> AskAsync(string line, Action? meanwhile = null, int answers = 1, TimeSpan? within = null)
    {
        int number = _answers += answers;
        await Process.WriteLineAsync(line);
        string? answer = null;
        await Deadline.UntilAsync($"an answer to {line}", () =>
        {
            meanwhile?.Invoke();
            if (!Process.Running)
                throw new InvalidOperationException($"the target ended at {line}: {Process.Errors}");
            answer = Process.Output.Split('\n').Where(l => l.StartsWith(Answer, StringComparison.Ordinal)).ElementAtOrDefault(number - 1);
            return answer is not null;
        }, within);
        return answer![(Answer.Length + line.Split(' ')[0].Length + 1)..];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Methods.Dispose();
        return Process.DisposeAsync();
    }
}
