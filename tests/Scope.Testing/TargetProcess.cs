// A sample target as a child process: started from its build output, ready when it says where it listens, gone on dispose.
using System.Text.RegularExpressions;

namespace Scope.Testing;

/// <summary>A running sample service.</summary>
public sealed partial class TargetProcess : IAsyncDisposable
{
    readonly ChildProcess _child;

    TargetProcess(ChildProcess child, string listening)
    {
        _child = child;
        var addresses = Addresses().Match(listening);
        if (!addresses.Success)
            throw new InvalidOperationException($"cannot read where the target listens from: {listening}");
        Url = addresses.Groups["http"].Value;
        GrpcUrl = addresses.Groups["grpc"].Value;
        Client = new HttpClient { BaseAddress = new Uri(Url) };
    }

    /// <summary>Starts a target, such as "Shop", on free ports and waits until it serves.</summary>
    /// <param name="name">The target's name without Scope.Targets.</param>
    /// <param name="arguments">Its arguments, such as "--no-db", "--fault", "hot-method".</param>
    public static async Task<TargetProcess> StartAsync(string name, params string[] arguments) =>
        await StartAsync(Checkout.Program($"tests/Targets/Scope.Targets.{name}"), arguments, environment: null);

    /// <summary>Starts a target's program, which may be a link of another name, with variables in its environment.</summary>
    public static async Task<TargetProcess> StartAsync(string program, string[] arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var child = ChildProcess.Start(program, [.. arguments, "--exit-with-input"], environment);
        try
        {
            return new TargetProcess(child, await child.LineAsync("listening on", TimeSpan.FromSeconds(60)));
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process id.</summary>
    public int Id => _child.Id;

    /// <summary>Where it serves HTTP/1.1.</summary>
    public string Url { get; }

    /// <summary>Where it serves gRPC (HTTP/2 without TLS).</summary>
    public string GrpcUrl { get; }

    /// <summary>A client of it.</summary>
    public HttpClient Client { get; }

    /// <summary>The process behind it.</summary>
    public ChildProcess Process => _child;

    /// <summary>Asks it to stop and returns its last words, the counts of what it served.</summary>
    public async Task<Ended> StopAsync()
    {
        _child.CloseInput();
        return await _child.EndAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _child.DisposeAsync();
    }

    [GeneratedRegex(@"listening on (?<http>http://\S+)( grpc (?<grpc>http://\S+))?")]
    private static partial Regex Addresses();
}
