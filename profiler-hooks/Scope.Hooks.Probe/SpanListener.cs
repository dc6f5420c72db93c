// Turns activities into records. It runs on the application's threads: no lock but at the first sight of a name, nothing of
// the application is called, nothing is thrown, and nothing is allocated.
//
// An application's own decisions and exports stay as they are, to the span:
//  1. A source that somebody else listens to is asked for propagation data only: what the other one samples, records and
//     exports is for the other one to say. Nothing is ever marked as recorded.
//  2. Where somebody else listens to some source, or OpenTelemetry is there, sources that nobody listens to make calls only
//     (client, producer): an activity of another kind would become the parent of spans that are sampled by their parent, and
//     one that is not recorded takes its children with it.
//  3. Nothing is listened to that calls itself experimental: frameworks make many short activities there.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Listens to all activities of the process and writes their starts and stops.</summary>
internal sealed unsafe class SpanListener : IDisposable
{
    readonly byte* _region;
    readonly NameCache _names;
    readonly HookFeatures _wanted;
    readonly HashSet<ActivitySource> _shared = [];
    readonly ActivityListener _beside, _alone;
    readonly RequestListener? _requests;
    readonly ThreadSpans? _threads;
    volatile bool _sparesOthers;

    /// <summary>Begins to listen.</summary>
    public SpanListener(byte* region, NameCache names, HookFeatures wanted, bool hasExporter)
    {
        _region = region;
        (_names, _wanted, _sparesOthers) = (names, wanted, hasExporter);
        if (wanted.HasFlag(HookFeatures.Requests))
            _requests = new RequestListener(Began, CountError);
        if (wanted.HasFlag(HookFeatures.ThreadSpans))
            _threads = new ThreadSpans(region, CountError);
        // In this order: the first one's answer decides what is left for the second.
        _beside = Listener(isAlone: false, ActivitySamplingResult.PropagationData);
        _alone = Listener(isAlone: true, wanted.HasFlag(HookFeatures.PropagationOnly) ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.AllData);
        ActivitySource.AddActivityListener(_beside);
        ActivitySource.AddActivityListener(_alone);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _beside.Dispose();
        _alone.Dispose();
        _requests?.Dispose();
        _threads?.Dispose();
    }

    ActivityListener Listener(bool isAlone, ActivitySamplingResult sampling)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => IsWanted(source) && IsShared(source, isAlone) != isAlone,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => IsLeftOut(isAlone, options.Kind, options.Parent == default) ? ActivitySamplingResult.None : sampling,
            SampleUsingParentId = (ref ActivityCreationOptions<string> options) => IsLeftOut(isAlone, options.Kind, isRoot: false) ? ActivitySamplingResult.None : sampling,
        };
        if (_wanted.HasFlag(HookFeatures.SpanStarts))
            listener.ActivityStarted = Started;
        if (_wanted.HasFlag(HookFeatures.SpanStops))
            listener.ActivityStopped = Stopped;
        return listener;
    }

    static bool IsWanted(ActivitySource source) => !source.Name.StartsWith("Experimental.", StringComparison.Ordinal);

    // Asked first for the listener beside others, while a source's listeners are still those of others alone.
    bool IsShared(ActivitySource source, bool isKnown)
    {
        lock (_shared)
        {
            if (!isKnown && source.HasListeners())
                _sparesOthers = _shared.Add(source) | _sparesOthers;
            return _shared.Contains(source);
        }
    }

    bool IsLeftOut(bool isAlone, ActivityKind kind, bool isRoot)
    {
        bool isCall = kind is ActivityKind.Client or ActivityKind.Producer;
        return isCall ? isRoot && _wanted.HasFlag(HookFeatures.NoLoneCalls) : isAlone && _sparesOthers;
    }

    // A request is told when its path is known, which is right after its activity's start.
    void Started(Activity activity)
    {
        if (_requests is not { IsOn: true } || activity.OperationName != RequestListener.RequestIn)
            Start(activity, default);
    }

    void Began(RequestFacts request) => Start(request.Activity, request);

    [SkipLocalsInit]
    void Start(Activity activity, in RequestFacts request)
    {
        try
        {
            var text = new HookTextWriter(stackalloc byte[HookLimits.MaxTextBytes]);
            var record = Describe(activity, HookKind.SpanStart, ref text);
            if (request.Activity is not null)
            {
                Add(request, ref text);
                if (_threads is null)
                    AddActivity(ref text);
            }
            Write(ref record, text);
        }
        catch
        {
            CountError();
        }
    }

    [SkipLocalsInit]
    void Stopped(Activity activity)
    {
        try
        {
            var text = new HookTextWriter(stackalloc byte[HookLimits.MaxTextBytes]);
            var record = Describe(activity, HookKind.SpanStop, ref text);
            record.Value = activity.Duration.Ticks;
            if (_requests is not null && activity.OperationName == RequestListener.RequestIn)
                Add(RequestListener.TakeEnded(activity), ref text);
            if (_wanted.HasFlag(HookFeatures.Tags))
                SpanFields.Write(activity, _names, ref text);
            Write(ref record, text);
        }
        catch
        {
            CountError();
        }
    }

    HookRecord Describe(Activity activity, HookKind kind, ref HookTextWriter text)
    {
        var record = new HookRecord
        {
            Ticks = Stopwatch.GetTimestamp(),
            Kind = kind,
            Flags = (ushort)((int)activity.Kind | (int)activity.Status << 3 | (activity.HasRemoteParent ? 1 << 5 : 0) | (activity.Recorded ? 1 << 7 : 0)),
            Name = _names.IdOf(activity.OperationName),
            Source = _names.IdOf(activity.Source.Name),
        };
        if (record.Name == 0)
            text.Add(HookField.Name, 0, activity.OperationName);
        if (record.Source == 0)
            text.Add(HookField.Source, 0, activity.Source.Name);
        HexIds.Read(activity, ref record);
        var parent = activity.ParentSpanId;
        if (parent != default)
            record.Parent = HexIds.Read(parent.ToHexString());
        return record;
    }

    void Add(in RequestFacts request, ref HookTextWriter text)
    {
        text.AddName(HookField.Method, _names.IdOf(request.Method), request.Method);
        text.Add(HookField.Path, 0, request.Path);
        text.AddName(HookField.Route, _names.IdOf(request.Route), request.Route);
        if (request.Status != 0)
            text.AddBytes(HookField.StatusCode, (uint)request.Status, default);
    }

    // By which events of the runtime find the request, where it is not told which span a thread works for.
    static void AddActivity(ref HookTextWriter text)
    {
        var around = EventSource.CurrentThreadActivityId;
        if (around != default)
            text.AddBytes(HookField.Activity, 0, new ReadOnlySpan<byte>(&around, sizeof(Guid)));
    }

    void Write(ref HookRecord record, in HookTextWriter text)
    {
        if (text.IsCut)
            record.Flags |= HookRecord.IsCut;
        ThreadRing.Current(_region).Write(record, text.Written);
    }

    void CountError() => Interlocked.Increment(ref ((RegionHeader*)_region)->Errors);
}
