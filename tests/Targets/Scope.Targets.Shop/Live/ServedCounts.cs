// How many requests were served, by status: what the load generator's own count is compared with after a run.
using System.Text.Json.Serialization;

namespace Scope.Targets.Shop.Live;

/// <summary>Counts the requests served.</summary>
public sealed class ServedCounts
{
    long _ok, _clientErrors, _serverErrors, _aborted;

    /// <summary>The middleware that counts.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            ref long count = ref context.Response.StatusCode >= 500 ? ref _serverErrors : ref context.Response.StatusCode >= 400 ? ref _clientErrors : ref _ok;
            Interlocked.Increment(ref count);
        }
        catch (Exception) when (Aborted(context))
        {
            throw;
        }
    }

    /// <summary>The counts now.</summary>
    public ServedSummary Summary => new(_ok + _clientErrors + _serverErrors + _aborted, _ok, _clientErrors, _serverErrors, _aborted);

    // Counts within the filter, so that the exception's first pass and its stack stay as they are without us.
    bool Aborted(HttpContext context)
    {
        Interlocked.Increment(ref context.RequestAborted.IsCancellationRequested ? ref _aborted : ref _serverErrors);
        return false;
    }
}

/// <summary>The requests served; supplier calls of the shop to itself are among them.</summary>
public sealed record ServedSummary(long Served, long Ok, long ClientErrors, long ServerErrors, long Aborted)
{
    /// <summary>Marks the line in a stream of JSON lines.</summary>
    [JsonPropertyOrder(-1)]
    public string Kind => "served";
}
