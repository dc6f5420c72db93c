// A program that a test starts: its output is kept (bounded), it can be waited for by a line or by its end, and it does
// not outlive the test. Its standard input is a pipe from us, so that a program that watches it ends with us too.
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Scope.Testing;

/// <summary>A running child, killed on dispose.</summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    const int KeptLines = 10_000; // A program that chatters must not eat the test's memory; the newest lines tell why it failed.

    readonly Process _process;
    readonly Lock _lock = new();
    readonly Queue<string> _output = new();
    readonly Queue<string> _errors = new();
    readonly Task _read;

    ChildProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _read = Task.WhenAll(KeepAsync(process.StandardOutput, _output), KeepAsync(process.StandardError, _errors));
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="workingFolder">Where it runs; here when not said.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingFolder = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            info.Environment[name] = value;
        return new ChildProcess(Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start"));
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, TimeSpan? within = null, IReadOnlyDictionary<string, string?>? environment = null, string? workingFolder = null)
    {
        await using var child = Start(program, arguments, environment, workingFolder);
        child.CloseInput();
        return await child.EndAsync(within);
    }

    /// <summary>The operating system's id of it.</summary>
    public int Id { get; }

    /// <summary>Whether it still runs.</summary>
    public bool Running => !_process.HasExited;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => Joined(_output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => Joined(_errors);

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for the first line of standard output that contains a text.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<string> LineAsync(string containing, TimeSpan? within = null)
    {
        string? found = null;
        await Deadline.UntilAsync($"{_process.StartInfo.FileName} to say \"{containing}\"", () =>
        {
            bool ended = _process.HasExited && _read.IsCompleted;
            lock (_lock)
                found = _output.FirstOrDefault(line => line.Contains(containing, StringComparison.Ordinal));
            return found is not null || (ended
                ? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode} before it said \"{containing}\".\n{Output}\n{Errors}")
                : false);
        }, within);
        return found!;
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="TimeoutException">It ran on; it is killed.</exception>
    public async Task<Ended> EndAsync(TimeSpan? within = null)
    {
        var limit = within ?? Deadline.Usual;
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(), _read).WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            Kill();
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} still ran after {limit.TotalSeconds:0.#} s.\n{Output}\n{Errors}");
        }
        return new Ended(_process.ExitCode, Output, Errors);
    }

    /// <summary>Sends a signal, such as 2 (interrupt) or 15 (terminate).</summary>
    public void Signal(int signal) => Signal(Id, signal);

    /// <summary>Sends a signal to a process that is not ours, but of one that is.</summary>
    public static void Signal(int process, int signal) => _ = SendSignal(process, signal);

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Running)
            Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    async Task KeepAsync(StreamReader from, Queue<string> into)
    {
        while (await from.ReadLineAsync() is { } line)
            lock (_lock)
            {
                if (into.Count == KeptLines)
                    into.Dequeue();
                into.Enqueue(line);
            }
    }

    string Joined(Queue<string> lines)
    {
        lock (_lock)
            return string.Join('\n', lines);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + signal where a signal ended it.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record Ended(int ExitCode, string Output, string Errors);
