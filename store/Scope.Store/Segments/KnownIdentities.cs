// Most entries of a dictionary are told apart by what they say. Spans and flows without a W3C id, and processes, are not:
// only their id in the recording tells that two segments mean the same one.
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

    /// <summary>A map that forgets what was not asked for in the segment before.</summary>
    internal sealed class TwoGenerations<T> where T : struct
    {
        Dictionary<int, T> _young = [], _old = [];
        Dictionary<T, int> _youngBack = [], _oldBack = [];

        /// <summary>Forgets the older of two segments.</summary>
        public void Age() => (_old, _young, _oldBack, _youngBack) = (_young, [], _youngBack, []);

        /// <summary>The id of something known, or another.</summary>
        /// <param name="recorded">What it is in the recording.</param>
        /// <param name="identity">What it is known by.</param>
        /// <param name="add">Gives an id for an identity, a new one where its argument says that the known one is another's.</param>
        public T Get<TIdentity>(int recorded, TIdentity identity, Func<TIdentity, TwoGenerations<T>, T> add)
        {
            if (_young.TryGetValue(recorded, out var id)) return id;
            if (!_old.TryGetValue(recorded, out id)) id = add(identity, this);
            _youngBack[id] = recorded;
            return _young[recorded] = id;
        }

        /// <summary>Whether an id stands for something in the recording.</summary>
        public bool IsTaken(T id) => _youngBack.ContainsKey(id) || _oldBack.ContainsKey(id);

        /// <summary>What an id is in the recording.</summary>
        public int RecordedOf(T id) => _youngBack.TryGetValue(id, out var recorded) ? recorded : _oldBack[id];
    }
}
