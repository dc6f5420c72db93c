// One session of the target as a source of events: a thread that reads its stream, decodes, translates and puts the
// events into a ring of its own. Nothing it does waits for anyone downstream: a full ring drops what comes, counted.
// A stream that cannot be read on, by a mistake of ours, is ended, and a session of the same request takes its place.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Attach.Sessions;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;
using Scope.Store.Recordings;

namespace Scope.Agent.Sources;

/// <summary>A running session and the thread that reads it.</summary>
sealed class SessionSource : IAsyncDisposable
{
    // Given to the reader when the session was begun anew; the second says that the reader has gone.
    static readonly TaskCompletionSource<EventPipeSession?> s_gone = new();

    readonly SourcePlace _place;
    readonly Func<NettraceTranslator> _translatorOf;
    volatile EventPipeSession _session;
    volatile NettraceTranslator _translator;
    TaskCompletionSource<EventPipeSession?>? _next;
    readonly FileStream? _copy;
    readonly TaskCompletionSource<NettraceOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _ending = new();
    Task _renewing = Task.CompletedTask;
    int _renewals;
    bool _ends;

    public SessionSource(string name, EventPipeSession session, SourcePlace place, Func<NettraceTranslator> translatorOf, string? nettracePath)
    {
        Name = name;
        _place = place;
        _session = session;
        _copy = nettracePath is null ? null : OwnerFile.CreateNew(nettracePath);
        _translatorOf = translatorOf;
        _translator = translatorOf();
    }

    /// <summary>Its name in the ledger.</summary>
    public string Name { get; }

    /// <summary>What the session was asked for.</summary>
    public CollectRequest Request => _session.Request;

    /// <summary>Where its events go.</summary>
    public EventRing Ring => _place.Ring;

    /// <summary>Done when the stream has ended, with how it ended.</summary>
    public Task<NettraceOutcome> Outcome => _outcome.Task;

    /// <summary>Begins to read.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "scope " + Name }.Start();

    /// <summary>How many requests have begun since activities last came.</summary>
    public int UnbridgedRequests => _translator.UnbridgedRequests;

    /// <summary>Ends the session and goes on with another of the same request, so that its arguments count again; gives why it could not, or null.</summary>
    public Task<AttachFailure?> RearmAsync(CancellationToken cancel) => RearmAsync(Request, cancel);

    /// <summary>The same with another request.</summary>
    public async Task<AttachFailure?> RearmAsync(CollectRequest request, CancellationToken cancel)
    {
        var next = new TaskCompletionSource<EventPipeSession?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _next, next, null) is not null) return null; // It has ended meanwhile.
        await using var old = _session;
        var attempt = await old.ReplaceAsync(request, cancel);
        var again = attempt.Try(out var session, out var failure) ? session : null;
        if (again is not null) _session = again;
        next.SetResult(again);
        return failure;
    }

    /// <summary>Ends the session in the target and reads what is left.</summary>
    public async Task<SessionEnd> StopAsync()
    {
        await EndRenewals();
        var end = await _session.StopAsync();
        await Outcome;
        return end;
    }

    void Read()
    {
        try
        {
            var outcome = Read(_session, _copy);
            while (Next() is { } session)
            {
                _translator = _translatorOf();
                Interlocked.Exchange(ref _next, null);
                outcome = Read(session, copy: null); // A copy holds one stream: it ends with the first.
            }
            _outcome.SetResult(outcome);
        }
        catch (Exception broken)
        {
            // The environment is broken, as without memory: whoever waits is told, and stopping drains the stream.
            _outcome.SetException(broken);
        }
        finally
        {
            Ring.Advance(EventTime.Max);
            _copy?.Dispose();
        }
    }

    NettraceOutcome Read(EventPipeSession session, FileStream? copy)
    {
        var stream = copy is null ? session.Stream : new CopyingStream(session.Stream, copy);
        var outcome = _translator.Read(stream, new() { WaitForData = session.WaitForData, GivenUp = () => _renewals < Limits.Renewals ? _translator.GivenUp : null });
        if (outcome.End != NettraceEnd.Broken) return outcome;
        // A target whose stream nobody reads hangs on it, and so would all sessions after it.
        if (!TryRenew(outcome.Reason)) _ = session.StopAsync();
        stream.CopyTo(Stream.Null);
        return outcome;
    }

    bool TryRenew(string why)
    {
        lock (_ending)
        {
            if (_ends || _renewals == Limits.Renewals) return false;
            _renewals++;
            _renewing = RenewAsync(why);
            return true;
        }
    }

    async Task RenewAsync(string why)
    {
        var since = _place.Catalog.Clock.Now;
        var failure = await RearmAsync(CancellationToken.None);
        if (failure?.Reason is AttachReason.Gone) return;
        _place.Note($"the session {Name} could not be read on from {since} ({why}); " + (failure is null ? $"another took its place at {_place.Catalog.Clock.Now}" : $"no other could take its place: {failure.Message}"));
    }

    // From here on no session takes the place of another.
    Task EndRenewals()
    {
        lock (_ending)
        {
            _ends = true;
            return _renewing;
        }
    }

    // The session after the one that has ended; null when that was the last.
    EventPipeSession? Next() => Interlocked.Exchange(ref _next, s_gone)?.Task.GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await EndRenewals();
        await _session.DisposeAsync();
    }
}
