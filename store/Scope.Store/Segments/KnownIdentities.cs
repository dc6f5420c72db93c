// Most entries of a dictionary are told apart by what they say. Spans and flows without a W3C id, and processes, are not:
// only their id in the recording tells that two segments mean the same one.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>
/// What must be known of earlier segments of a recording to give the same process, span and flow the same id again where it
/// has no identity of its own. Spans and flows are remembered from one segment to the next, no further. What a catalog knew
/// before the first segment was read (a destination's, of what it has already) is taken up by its identity.
/// </summary>
/// <param name="anyOrder">Whether segments may come in any order and again: then nothing is forgotten.</param>
sealed class KnownIdentities(bool anyOrder = false)
{
    int _newestSegment;

    /// <summary>Processes by their id in the recording.</summary>
    public Dictionary<int, TargetId> Targets { get; } = [];

    /// <summary>Spans by their id in the recording.</summary>
    public TwoGenerations<SpanId> Spans { get; } = new();

    /// <summary>Flows by their id in the recording.</summary>
    public TwoGenerations<FlowId> Flows { get; } = new();

    /// <summary>Begins a segment; one that was read before finds what it knew.</summary>
    public void Begin(int segment)
    {
        if (anyOrder || segment <= _newestSegment) return;
        _newestSegment = segment;
        Spans.Age();
        Flows.Age();
    }

    /// <summary>What a process's id is in the recording.</summary>
    public int RecordedOf(TargetId id) => Targets.First(known => known.Value == id).Key;

    /// <summary>A map that forgets what was not asked for in the segment before. A segment may have a million spans.</summary>
    internal sealed class TwoGenerations<T> where T : struct
    {
        NearIds _young = new(), _old = new(); // By what they are in the recording.
        NearIds _youngBack = new(), _oldBack = new(); // By their ids: what they are in the recording, plus one.

        /// <summary>Forgets the older of two segments.</summary>
        public void Age() => (_old, _young, _oldBack, _youngBack) = (_young, new(), _youngBack, new());

        /// <summary>The id of something known, or another.</summary>
        /// <param name="recorded">What it is in the recording.</param>
        /// <param name="identity">What it is known by.</param>
        /// <param name="add">Gives an id for an identity, a new one where its argument says that the known one is another's.</param>
        public T Get<TIdentity>(int recorded, TIdentity identity, Func<TIdentity, TwoGenerations<T>, T> add)
        {
            var id = _young[recorded];
            if (id != 0) return Unsafe.BitCast<int, T>(id);
            id = _old[recorded];
            if (id == 0) id = Unsafe.BitCast<T, int>(add(identity, this));
            _youngBack[id] = unchecked(recorded + 1);
            _young[recorded] = id;
            return Unsafe.BitCast<int, T>(id);
        }

        /// <summary>Whether an id stands for something in the recording.</summary>
        public bool IsTaken(T id) => Back(id) != 0;

        /// <summary>What an id is in the recording.</summary>
        public int RecordedOf(T id) => unchecked(Back(id) - 1);

        int Back(T id) => _youngBack[Unsafe.BitCast<T, int>(id)] is not 0 and var young ? young : _oldBack[Unsafe.BitCast<T, int>(id)];
    }
}
