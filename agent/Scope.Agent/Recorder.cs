// The way of an event, wired in its order:
//
//   target ─ session ─ decoder ─ translator ── ring ─┐
//   collector ─ shared rings ─ translator ──── ring ─┤
//   kernel counters ────────────────────────── ring ─┴ merge ─ window ─ correlator ─ hot index ─ segments ─ Postgres
//
// Two sessions, each with a thread that only reads; one thread that merges, correlates and indexes; one that writes.
// Nothing downstream calls back up, but pressure: it turns the sources down, and the window leaves flows out. If any of it
// dies, the target's sessions end with our sockets and it goes on.
using System.Diagnostics;
using Scope.Agent.Cost;
using Scope.Agent.Pressure;
using Scope.Agent.Sources;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Insight;
using Scope.Pipeline.Merge;
using Scope.Pipeline.Pressure;
using Scope.Pipeline.Ring;
using Scope.Store;
using Scope.Store.Hot;
using Scope.Store.Postgres;
using Scope.Store.Query;
using Scope.Store.Recordings;

namespace Scope.Agent;

/// <summary>One recording of one target.</summary>
sealed partial class Recorder : IAsyncDisposable
{
    static readonly TimeSpan WarmPatience = TimeSpan.FromSeconds(10);

    readonly Catalog _catalog;
    readonly Ledger _ledger = new();
    volatile SessionSource[] _sources = [];
    readonly CancellationTokenSource _abandon = new(), _ending = new();
    readonly TaskCompletionSource _indexed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly EventTime _started;
    readonly DiagnosticPort _port;
    readonly RecordingPlace _place;
    readonly TargetId _target;
    readonly HotIndex _index;
    readonly TimeMerge _merge;
    readonly FlowWindow _window;
    readonly TargetSymbols _symbols;
    readonly OverheadEstimate _overhead;
    readonly OwnCost _own = new();
    readonly LiveDiagnosis _diagnosis;
    readonly RecordingNotes _notes = new();
    ClockWatch? _clock;
    ThreadTimes? _threadTimes;
    BridgeWatch? _bridge;
    SampleSource? _samples;
    PressureStage? _pressure;
    Profile _profile;
    SnapshotSource? _snapshots;
    Task _begun = Task.CompletedTask;
    RecordingWriter? _writer;
    WarmStage? _warm;

    Recorder(DiagnosticPort port, TargetInfo target, RecorderSettings settings, RecordingPlace place)
    {
        (_port, _place, _program) = (port, place, ProgramOf(port.Pid));
        Settings = settings;
        _profile = settings.Profile;
        _catalog = new(settings.PayloadBytes) { Redactor = settings.Redactor, Clock = new(settings.Machine) };
        _letters = new(Folder, settings.Redactor);
        _started = _catalog.Clock.Now;
        _target = _catalog.Targets.Add(target);
        _index = new(_catalog, _ledger, settings.HotLimits);
        _merge = new(_ledger);
        _window = new(_catalog, _ledger, _index);
        _symbols = new(_target, _catalog);
        New = new(_index);
        _overhead = new(New) { Correction = settings.Known?.Correction ?? 1 };
        _diagnosis = new(_index, diagnosis => _snapshots?.See(diagnosis));
        _reactions = new(_index, settings, settings.Name ?? target.Name, SnapshotAsync, Note);
    }

    /// <summary>Opens the sessions and begins to record.</summary>
    public static async Task<Attempt<Recorder>> StartAsync(DiagnosticPort port, TargetInfo target, RecorderSettings settings, CancellationToken cancel)
    {
        var before = settings.Known?.Before ?? (settings.QuietLook > TimeSpan.Zero && settings.Profile.OnceRequest is { } once ? await QuietLook.TakeAsync(port, target, once, settings.QuietLook, cancel) : null);
        var recorder = new Recorder(port, target, settings, RecordingPlace.Make(settings, settings.Name ?? target.Name)) { Before = before };
        var isOpen = false;
        try
        {
            if (await recorder.OpenSessionsAsync(cancel) is { } failure) return failure;
            isOpen = true;
        }
        finally
        {
            if (!isOpen) await recorder.ForgetAsync(); // Refused, or given up.
        }
        recorder.Begin(target);
        return recorder;
    }

    /// <summary>All that was recorded and is still in memory.</summary>
    public IHistory History => _index;

    /// <summary>The events from now on that match a question, which can be followed.</summary>
    public HotSubscription Follow(QueryText question) => _index.Subscribe(question, out var mistake) ?? throw new ArgumentException(mistake?.ToString(), nameof(question));

    /// <summary>Shows each event once to those that count.</summary>
    public NewEvents New { get; }

    /// <summary>What recording cost; null before its end.</summary>
    public RecordingCost? Cost { get; private set; }

    /// <summary>What is missing or was interrupted so far, and why.</summary>
    public IReadOnlyList<string> Notes => _notes.All;

    /// <summary>The recording's folder.</summary>
    public string Folder => _place.Folder;

    /// <summary>The target's pid.</summary>
    public int Pid => _port.Pid;

    /// <summary>The target.</summary>
    public TargetInfo Target => _catalog.Targets[_target];

    /// <summary>How it was told to record.</summary>
    public RecorderSettings Settings { get; }

    /// <summary>How long it has recorded.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>What the recording looks like so far; null before the first look.</summary>
    public Diagnosis? LatestDiagnosis => _diagnosis.Latest;

    /// <summary>The share of the target's CPU time that it spends for us, estimated; 0 while it has used none.</summary>
    public double EstimatedOverhead()
    {
        var cpuNanos = _threadTimes?.TargetCpuNanos ?? 0;
        return cpuNanos <= 0 ? 0 : Math.Min(1, _overhead.TargetNanos() / (double)cpuNanos);
    }

    /// <summary>What the disk's writer says.</summary>
    public RecordingStatus Disk => _writer!.Status;

    /// <summary>How shipping to the database goes; null where none is configured.</summary>
    public WarmProgress? Warm => _warm?.Progress;

    /// <summary>Ends the sessions, reads what is left, seals the recording and says how it went.</summary>
    public async Task<RecorderEnd> StopAsync()
    {
        var sessionsEnded = Array.TrueForAll(_sources, s => s.Outcome.IsCompleted);
        var givenWay = sessionsEnded && await HasGivenWayAsync();
        // While everything still runs; the target is let go before it is worked out.
        if (_snapshots is not null && !sessionsEnded && ProcessList.Read(Pid) is not null) await _snapshots.TakeLastAsync();
        // The counters first: while the sessions end, nothing else is told, and the history must not seem to fall silent.
        if (_threadTimes is not null) await _threadTimes.EndAsync(sessionsEnded, givenWay);
        var targetGone = givenWay || ProcessList.Read(Pid) is null;
        await _ending.CancelAsync();
        await _begun;
        await StopSideSourcesAsync();
        var ends = await Task.WhenAll(_sources.Select(s => s.StopAsync()));
        _symbols.Complete();
        await _indexed.Task;
        _diagnosis.Dispose();
        if (_snapshots is not null) await _snapshots.WorkedOutAsync();
        await _reactions.EndAsync();
        Cost = _own.ForReport(EstimatedOverhead());
        _writer!.Describe(info => info with { Cost = Cost, Notes = Notes });
        var disk = _writer.Stop();
        _place.Written();
        var warm = _warm?.Finish(WarmPatience);
        var outcomes = await Task.WhenAll(_sources.Select(s => s.Outcome));
        return new(targetGone, outcomes, [.. ends.Select(e => e.Failure).OfType<AttachFailure>().Where(_ => !targetGone)], disk, warm);
    }

    /// <summary>Lets go of what is in memory, once the recording has ended and all of it is on the disk.</summary>
    public void LetGo() => _index.LetGo();

    async Task<AttachFailure?> OpenSessionsAsync(CancellationToken cancel)
    {
        if (Settings.Inside != HookFeatures.None) await GoInsideAsync(cancel);
        SpareExports();
        if (_profile.OnceRequest is { } once && await MomentSession.RunAsync(_port, once, cancel) is { } refused) return refused;
        foreach (var request in _profile.Requests(Settings.BufferMegabytes, samplesInBursts: true))
            if (await OpenSessionAsync(request.Stacks ? "with stacks" : "without stacks", request, cancel) is { } failure) return failure;
        return null;
    }

    async Task<AttachFailure?> OpenSessionAsync(string name, CollectRequest request, CancellationToken cancel)
    {
        if (!(await EventPipeSession.StartAsync(_port, request, cancel)).Try(out var session, out var failure)) return failure;
        var nettrace = Settings.KeepNettrace ? Path.Combine(Folder, $"session{_sources.Length + 1}.nettrace") : null;
        var (place, spansElsewhere) = (NewPlace(name, Settings.RingEvents), _overhead.CollectorServes);
        var source = new SessionSource(name, session, place, () => place.TranslatorOf(name, _symbols, spansElsewhere: spansElsewhere), nettrace);
        _sources = [.. _sources, source];
        source.Start();
        return null;
    }

    EventRing NewRing(string name, int events)
    {
        var ring = new EventRing(events, RingMode.DropNewest);
        _merge.Add(ring, name);
        return ring;
    }

    void Begin(TargetInfo target)
    {
        _threadTimes = ThreadTimes.Start(Pid, _target, _catalog, _ledger, NewRing("kernel counters", Limits.ThreadTimesRingEvents));
        _writer = RecordingWriter.Start(Folder, new RecordingInfo
        {
            ScopeVersion = ReportFiles.ScopeVersion,
            Started = _started,
            Targets = [target],
            Sources = [.. _sources.Select(s => new RecordingSource(s.Name, string.Join(", ", s.Request.Providers))), .. _inside is null ? (RecordingSource[])[] : [new(CollectorSource.Name, Settings.Inside.ToString())]],
        }, _catalog, _ledger, _index.Read, Settings.Sync, SetAside);
        _place.Keep(Note);
        if (Settings.Warm is { } warm) _warm = WarmStage.Start(new(warm.Database, Path.GetFileName(Folder), _place.Feed, warm.Keeping, () => _index.NextId.Value, _place.Shipped, _place.TakeLeft, Note, warm.Choice));
        if (Settings.SnapshotAtEnd || Settings.SnapshotAtWorst || Settings.SnapshotWhenAsked) _snapshots = new(target, _target, _index, _ledger, Folder, NewRing(SnapshotSource.Name, Limits.SnapshotRingEvents), Settings, Note);
        _begun = CorrelateWhenNamedAsync();
        _clock = new(_catalog.Clock, _ledger, Note);
        _ = WatchEndAsync(_threadTimes.Gone);
        if (Array.Find(_sources, s => s.Request.Providers.Any(p => p.Name == ActivitySpec.Provider)) is { } bridged) _bridge = new(bridged, _catalog.Clock, Note);
    }

    // To the disk at once: a recording that is broken off tells it too.
    void Note(string note)
    {
        _notes.Add(note);
        _writer?.Describe(info => info with { Notes = Notes });
    }

    // A target that has gone, or that we let go, fails as is to be expected.
    void Note(string what, AttachFailure failure)
    {
        if (!_abandon.IsCancellationRequested && ProcessList.Read(Pid) is not null) Note($"{what}: {failure.Message}");
    }

    async Task CorrelateWhenNamedAsync()
    {
        var naming = new TargetNaming(_port, _target, _catalog, _symbols, Note, SetAside);
        var named = await naming.BeginAsync(_profile.NamesAtEnd, _ending.Token, _abandon.Token);
        new Thread(Correlate) { IsBackground = true, Name = "scope correlate" }.Start();
        StartSamples();
        _pressure = StartPressure();
        if (Before is { Requests: > 0 } && Settings.Known?.Correction is null) _ = CompareAsync(Before);
        await named;
    }

    // After the names: a runtime is asked to begin and end one session at a time.
    void StartSamples()
    {
        if (_abandon.IsCancellationRequested || _profile.SampleRequest(Settings.BufferMegabytes) is not { } samples) return;
        _samples = SampleSource.Start(NewPlace(SampleSource.Name, Math.Min(Settings.RingEvents, Limits.SampleRingEvents)), _symbols, samples, _profile.Burst, failure => Note("no CPU samples for a while", failure));
    }

    PressureStage StartPressure()
    {
        Settings.Shared?.Join(this);
        var signs = new PressureSigns(() => Settings.Shared?.WeightOf(this, _index.NextId.Value) ?? 1, () => _merge.Fill, () => (_catalog.Clock.Now - _merge.Watermark) / 1e9, () => _place.SpoolFill, () => _threadTimes!.TargetCpuNanos, _overhead.TargetNanos);
        return PressureStage.Start(new(signs, Settings.Budget), _catalog, _target, _ledger, NewRing(PressureStage.Name, Limits.PressureRingEvents), new PressureValve(_catalog.Clock, _profile, Settings.BufferMegabytes, _sources, _samples, _window, Note).TurnAsync);
    }

    void Correlate()
    {
        try
        {
            var stage = NewCorrelateStage();
            _window.Next = stage;
            _merge.Run(_window, _abandon.Token);
            stage.Flush(_index.Last);
            _indexed.SetResult();
        }
        catch (Exception bug)
        {
            _indexed.SetException(bug);
        }
    }

    /// <summary>Lets the target go, whatever state the recording is in.</summary>
    public async ValueTask DisposeAsync()
    {
        await _abandon.CancelAsync();
        await _begun;
        await StopSideSourcesAsync();
        Settings.Shared?.Leave(this);
        foreach (var source in _sources) await source.DisposeAsync();
        if (_threadTimes is not null) await _threadTimes.DisposeAsync();
        _diagnosis.Dispose();
        _writer?.Dispose();
        _warm?.Dispose();
        _place.Dispose();
        _merge.Dispose();
    }
}
