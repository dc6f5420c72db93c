// Runs a command of the user's: a program with arguments, no shell between, so that nothing in a service's name is ever taken for
// a command. It gets what it needs in placeholders, none of our settings in its environment, and only so much time.
using System.ComponentModel;
using System.Diagnostics;

namespace Scope.Agent.Watch.Actions;

static class CommandAction
{
    /// <summary>What stands for what in an argument.</summary>
    public static IReadOnlyDictionary<string, Func<Incident, string>> Placeholders { get; } = new Dictionary<string, Func<Incident, string>>
    {
        ["{service}"] = i => i.Target.Service,
        ["{pid}"] = i => $"{i.Target.Pid}",
        ["{rule}"] = i => i.Rule.Name,
        ["{why}"] = i => i.Why,
        ["{time}"] = i => i.At.ToString(),
        ["{folder}"] = i => i.KeptIn ?? "",
    };

    /// <summary>Runs it to its end.</summary>
    public static async Task<ActionOutcome> RunAsync(Incident incident, CancellationToken cancel)
    {
        var words = incident.Rule.Command.Select(word => Placeholders.Aggregate(word, (text, p) => text.Replace(p.Key, p.Value(incident)))).ToList();
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SCOPE_", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var limit = new CancellationTokenSource(incident.Rule.CommandTimeout);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            _ = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None), process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None)); // Whatever it is, a full pipe must not hold it.
            try
            {
                await process.WaitForExitAsync(limit.Token);
                return new(process.ExitCode == 0, $"{words[0]} ended with exit code {process.ExitCode}");
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return new(false, $"{words[0]} took longer than {incident.Rule.CommandTimeout.TotalSeconds:0.#} s and was ended");
            }
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return new(false, $"{words[0]} could not be run: {e.Message}");
        }
    }
}
