// Turns activities into records. It runs on the application's threads: no lock but at the first sight of a name, nothing
// of the application is called (no ToString, no tag), and nothing is thrown.
using System.Collections.Concurrent;
using System.Diagnostics;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Listens to all activities of the process and writes their starts and stops.</summary>
internal sealed unsafe class SpanListener : IDisposable
{
    static readonly ConcurrentDictionary<string, uint> Names = new();
    static readonly object NameGate = new();
    static NameWriter s_texts;
    static bool s_textsMade;

    [ThreadStatic]
    static ThreadRing? t_ring;

    readonly byte* _region;
    readonly RegionLayout _layout;
    readonly ActivityListener _listener;

    /// <summary>Begins to listen.</summary>
    public SpanListener(byte* region, RegionLayout layout, HookFeatures wanted)
    {
        _region = region;
        _layout = layout;
        lock (NameGate)
            if (!s_textsMade)
                (s_texts, s_textsMade) = (new NameWriter(region, layout), true);
        var sampling = wanted.HasFlag(HookFeatures.PropagationOnly) ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.AllData;
        _listener = new ActivityListener
        {
            // Experimental sources of the framework make many short activities that nobody asked for.
            ShouldListenTo = source => !source.Name.StartsWith("Experimental.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            SampleUsingParentId = (ref ActivityCreationOptions<string> _) => sampling,
        };
        if (wanted.HasFlag(HookFeatures.SpanStarts))
            _listener.ActivityStarted = activity => Write(activity, HookKind.SpanStart, 0);
        if (wanted.HasFlag(HookFeatures.SpanStops))
            _listener.ActivityStopped = activity => Write(activity, HookKind.SpanStop, activity.Duration.Ticks);
        ActivitySource.AddActivityListener(_listener);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    void Write(Activity activity, HookKind kind, long value)
    {
        try
        {
            var ring = t_ring ??= new ThreadRing(_region, _layout);
            if (!ring.IsTaken)
            {
                Interlocked.Increment(ref ((RegionHeader*)_region)->DroppedWithoutRing);
                return;
            }
            var record = new HookRecord
            {
                Ticks = Stopwatch.GetTimestamp(),
                Kind = kind,
                Flags = (ushort)((int)activity.Kind | (int)activity.Status << 3 | (activity.HasRemoteParent ? 1 << 5 : 0) | (activity.Recorded ? 1 << 7 : 0)),
                Name = NameOf(activity.OperationName),
                Source = NameOf(activity.Source.Name),
                Value = value,
            };
            activity.TraceId.CopyTo(new Span<byte>(&record.TraceHigh, 16));
            activity.SpanId.CopyTo(new Span<byte>(&record.Span, 8));
            activity.ParentSpanId.CopyTo(new Span<byte>(&record.Parent, 8));
            ring.Writer.TryWrite(record);
        }
        catch
        {
            Interlocked.Increment(ref ((RegionHeader*)_region)->Errors);
        }
    }

    static uint NameOf(string text)
    {
        if (text.Length == 0)
            return 0;
        if (Names.TryGetValue(text, out uint id))
            return id;
        lock (NameGate)
        {
            if (Names.Count >= HookLimits.MaxNames || Names.TryGetValue(text, out id))
                return id;
            return Names[text] = s_texts.Add(text);
        }
    }

    /// <summary>A thread's ring; given back when the thread is gone and its statics are collected.</summary>
    sealed class ThreadRing
    {
        public RingWriter Writer;

        public ThreadRing(byte* region, RegionLayout layout) => IsTaken = RingWriter.TryTake(region, layout, SharedMemory.gettid(), out Writer);

        public bool IsTaken { get; }

        ~ThreadRing()
        {
            if (IsTaken)
                Writer.GiveBack();
        }
    }
}
