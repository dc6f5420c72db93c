// What ASP.NET Core's own activity does not say of a request (on .NET 10 it has no tags at all): method, path, route and
// status, from the listener that is told when a request begins and ends, on the thread that starts and stops the activity:
// begin comes right after its start, end right before its stop.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Scope.Hooks.Probe;

/// <summary>What a request was, between the listener's event and the activity's.</summary>
/// <param name="Activity">Its activity.</param>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">Its path.</param>
/// <param name="Route">The route as declared; null where none matched or it is not known yet.</param>
/// <param name="Status">The status; 0 while it is not known.</param>
internal readonly record struct RequestFacts(Activity Activity, string? Method, string? Path, string? Route, int Status);

/// <summary>Tells of requests until it is disposed.</summary>
internal sealed class RequestListener : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    /// <summary>The name of a request's activity, and of the listener's question whether anybody wants one.</summary>
    public const string RequestIn = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    const string Began = RequestIn + ".Start", Ended = RequestIn + ".Stop", Failed = "Microsoft.AspNetCore.Hosting.UnhandledException";
    const int FailedStatus = 500; // What the server answers then, after the activity's end.

    [ThreadStatic]
    static bool t_failed;

    [ThreadStatic]
    static RequestFacts t_ended;

    readonly Action<RequestFacts> _began;
    readonly Action _error;
    readonly IDisposable _all;
    IDisposable? _one;

    /// <param name="began">Takes a request that has begun.</param>
    /// <param name="error">Counts what went wrong here.</param>
    public RequestListener(Action<RequestFacts> began, Action error)
    {
        (_began, _error) = (began, error);
        _all = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>Whether requests are told of in this process.</summary>
    public bool IsOn => _one is not null;

    /// <summary>What was told at the end of the request whose activity stops on this thread now; each is given once.</summary>
    public static RequestFacts TakeEnded(Activity activity)
    {
        var ended = t_ended;
        t_ended = default;
        return ReferenceEquals(ended.Activity, activity) ? ended : default;
    }

    /// <inheritdoc/>
    public void OnNext(DiagnosticListener listener)
    {
        // All three, or no end is written. By name alone: that is how it is asked most.
        if (listener.Name == "Microsoft.AspNetCore" && _one is null)
            _one = listener.Subscribe(this, static name => name is RequestIn or Began or Ended or Failed);
    }

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> told)
    {
        try
        {
            if (told.Key == Failed)
                t_failed = true;
            else if (told.Key is Began or Ended && Activity.Current is { } activity && told.Value is not null)
                Read(told.Key == Ended, activity, told.Value);
        }
        catch
        {
            _error();
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _all.Dispose();
        _one?.Dispose();
    }

    // Refers to ASP.NET Core, which a process without it never gets to.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Read(bool hasEnded, Activity activity, object value)
    {
        if (value is not HttpContext context)
            return;
        var facts = new RequestFacts(activity, context.Request.Method, context.Request.Path.Value, null, 0);
        if (!hasEnded)
        {
            t_failed = false;
            _began(facts);
            return;
        }
        t_ended = facts with { Route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, Status = t_failed ? FailedStatus : context.Response.StatusCode };
        t_failed = false;
    }
}
