// One session of the target as a source of events: a thread that reads its stream, decodes, translates and puts the
// events into a ring of its own. Nothing it does waits for anyone downstream: a full ring drops what comes, counted.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>A running session and the thread that reads it.</summary>
sealed class SessionSource : IAsyncDisposable
{
    readonly EventPipeSession _session;
    readonly NettraceTranslator _translator;
    readonly FileStream? _copy;
    readonly TaskCompletionSource<NettraceOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionSource(string name, EventPipeSession session, TargetId target, Catalog catalog, Ledger ledger, TargetSymbols symbols, EventRing ring, string? nettracePath)
    {
        Name = name;
        Ring = ring;
        _session = session;
        _copy = nettracePath is null ? null : PrivateFile.Create(nettracePath, FileMode.CreateNew);
        _translator = new(target, catalog, ledger, ring, symbols, StreamClock.Live(), name);
    }

    /// <summary>Its name in the ledger.</summary>
    public string Name { get; }

    /// <summary>What the session was asked for.</summary>
    public IEnumerable<ProviderRequest> Providers => _session.Request.Providers;

    /// <summary>Where its events go.</summary>
    public EventRing Ring { get; }

    /// <summary>Done when the stream has ended, with how it ended.</summary>
    public Task<NettraceOutcome> Outcome => _outcome.Task;

    /// <summary>Begins to read.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "scope " + Name }.Start();

    /// <summary>Ends the session in the target and reads what is left.</summary>
    public async Task<SessionEnd> StopAsync()
    {
        var end = await _session.StopAsync();
        await Outcome;
        return end;
    }

    void Read()
    {
        try
        {
            var stream = _copy is null ? _session.Stream : new CopyingStream(_session.Stream, _copy);
            var outcome = NettraceReader.Read(stream, _translator, new NettraceOptions { WaitForData = _session.WaitForData });
            _translator.End();
            _outcome.SetResult(outcome);
        }
        catch (Exception bug)
        {
            // A bug in the decoder must not leave the target's stream unread: whoever waits is told, and stopping drains it.
            _outcome.SetException(bug);
        }
        finally
        {
            Ring.Advance(EventTime.Max);
            _copy?.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await _session.DisposeAsync();
}
