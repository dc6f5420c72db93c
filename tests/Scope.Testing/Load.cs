// The load generator as a child process, and what it reports.
using System.Globalization;
using System.Text.Json;

namespace Scope.Testing;

/// <summary>What became of a run of load.</summary>
public sealed record LoadResult(int Sent, int Ok, int Failed, double P50, double P99, double Seconds, string? FirstFailure);

/// <summary>Load on a target while it runs.</summary>
public sealed class Load : IAsyncDisposable
{
    readonly ChildProcess _child;

    Load(ChildProcess child) => _child = child;

    /// <summary>Begins to send.</summary>
    /// <param name="target">The service.</param>
    /// <param name="mix">Which requests.</param>
    /// <param name="requests">How many in all.</param>
    /// <param name="rate">How many a second; as fast as they come when 0.</param>
    /// <param name="concurrency">How many at once.</param>
    public static Load Start(TargetProcess target, string mix, int requests, double rate = 0, int concurrency = 16)
    {
        string[] arguments = ["--url", target.Url, "--mix", mix, "--requests", requests.ToString(CultureInfo.InvariantCulture), "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture)];
        string[] paced = rate > 0 ? ["--rps", rate.ToString(CultureInfo.InvariantCulture)] : [];
        string[] grpc = target.GrpcUrl.Length > 0 ? ["--grpc-url", target.GrpcUrl] : [];
        return new Load(ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Load"), [.. arguments, .. paced, .. grpc]));
    }

    /// <summary>Waits until all is sent and answered.</summary>
    public async Task<LoadResult> EndAsync(TimeSpan? within = null) => Read(await _child.EndAsync(within));

    /// <summary>Stands still until it is told to go on.</summary>
    public void Pause() => _child.Signal(19);

    /// <summary>Goes on.</summary>
    public void Resume() => _child.Signal(18);

    /// <summary>Stops sending, and says what became of what was sent.</summary>
    public async Task<LoadResult> StopAsync()
    {
        const int interrupt = 2;
        _child.Signal(interrupt);
        return await EndAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _child.DisposeAsync();

    static LoadResult Read(Ended ended) => ended.Output.Length > 0
        ? JsonSerializer.Deserialize<LoadResult>(ended.Output, JsonSerializerOptions.Web)!
        : throw new InvalidOperationException($"the load generator ended with {ended.ExitCode}: {ended.Errors}");
}
