// Most entries of a dictionary are told apart by what they say. Spans and flows without a W3C id, and processes, are not:
// only their id in the recording tells that two segments mean the same one.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>
/// What must be known of earlier segments of a recording to give the same process, span and flow the same id again where it
/// has no identity of its own. Spans and flows are remembered from one segment to the next, no further.
/// </summary>
sealed class KnownIdentities
{
    /// <param name="bothWays">Whether the way back is kept too, for who writes what was read.</param>
    /// <param name="anyOrder">Whether segments may come in any order and again: then nothing is forgotten.</param>
    public KnownIdentities(bool bothWays = false, bool anyOrder = false) => (Spans, Flows, _anyOrder) = (new(bothWays), new(bothWays), anyOrder);

    readonly bool _anyOrder;

    /// <summary>Processes by their id in the recording.</summary>
    public Dictionary<int, TargetId> Targets { get; } = [];

    /// <summary>Spans by their id in the recording.</summary>
    public TwoGenerations<SpanId> Spans { get; }

    /// <summary>Flows by their id in the recording.</summary>
    public TwoGenerations<FlowId> Flows { get; }

    /// <summary>Begins a segment.</summary>
    public void BeginSegment()
    {
        if (_anyOrder) return;
        Spans.Age();
        Flows.Age();
    }

    /// <summary>What a process's id is in the recording.</summary>
    public int RecordedOf(TargetId id) => Targets.First(known => known.Value == id).Key;

    /// <summary>A map that forgets what was not asked for in the segment before.</summary>
    internal sealed class TwoGenerations<T>(bool bothWays) where T : struct
    {
        readonly Dictionary<T, int> _back = [];
        Dictionary<int, T> _young = [], _old = [];

        /// <summary>Begins a segment.</summary>
        public void Age() => (_old, _young) = (_young, []);

        /// <summary>The id of something known, or a new one.</summary>
        public T Get<TIdentity>(int recorded, TIdentity identity, Func<TIdentity, T> add)
        {
            if (_young.TryGetValue(recorded, out var id)) return id;
            if (!_old.TryGetValue(recorded, out id))
            {
                id = add(identity);
                if (bothWays) _back[id] = recorded;
            }
            return _young[recorded] = id;
        }

        /// <summary>What an id is in the recording, where the way back is kept.</summary>
        public int RecordedOf(T id) => _back[id];
    }
}
