// A history that was read back from files numbers handles anew, in the order of first use; event ids stay. So the contract
// is asked through a translation, made by laying the events beside those that were recorded: it only exists if they are
// the same events.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Contract;

/// <summary>A history with the handles that its events had when they were recorded.</summary>
public sealed class Translated : IHistory
{
    const int Never = int.MaxValue; // No event has it: what was never used was not written.

    readonly IHistory _recording;
    readonly Handles _threads = new(), _spans = new(), _flows = new(), _methods = new(), _nodes = new(), _names = new(), _targets = new(), _payloads = new(areUnique: false); // A payload stands in each segment that needs it, and is another one in each.

    public Translated(IHistory recording, Catalog catalog, IReadOnlyList<ScopeEvent> recorded)
    {
        (_recording, Catalog) = (recording, catalog);
        recording.Visit(EventQuery.All, (EventId id, in ScopeEvent e) =>
        {
            Back(e, recorded[(int)id.Value]);
            return true;
        });
    }

    public Catalog Catalog { get; }

    public LedgerSummary Ledger => _recording.Ledger;

    public long Count => _recording.Count;

    public EventTime First => _recording.First;

    public EventTime Last => _recording.Last;

    public bool TryGet(EventId id, out ScopeEvent e)
    {
        if (!_recording.TryGet(id, out e)) return false;
        e = Back(e);
        return true;
    }

    public void Visit(EventQuery q, EventVisitor visitor) => _recording.Visit(q with
    {
        Thread = new(_threads.Forth(q.Thread.Value)),
        Span = new(_spans.Forth(q.Span.Value)),
        Flow = new(_flows.Forth(q.Flow.Value)),
        Method = new(_methods.Forth(q.Method.Value)),
        CodeNode = new(_nodes.Forth(q.CodeNode.Value)),
        Name = new(_names.Forth(q.Name.Value)),
        Target = Target(q.Target),
        Threads = Forth(q.Threads, id => new(_threads.Forth(id.Value))),
        Spans = Forth(q.Spans, id => new(_spans.Forth(id.Value))),
        Flows = Forth(q.Flows, id => new(_flows.Forth(id.Value))),
        Methods = Forth(q.Methods, id => new(_methods.Forth(id.Value))),
        Names = Forth(q.Names, id => new(_names.Forth(id.Value))),
        Targets = Forth(q.Targets, Target),
    }, (EventId id, in ScopeEvent e) => visitor(id, Back(e)));

    TargetId Target(TargetId id) => new((ushort)Math.Min(_targets.Forth(id.Value), ushort.MaxValue));

    static HandleSet<T>? Forth<T>(HandleSet<T>? set, Func<T, T> forth) where T : unmanaged => set is null ? null : new(set.Handles.Select(forth));

    ScopeEvent Back(ScopeEvent e, ScopeEvent? recorded = null)
    {
        var r = recorded ?? default;
        var learn = recorded is not null;
        e.Thread = new(_threads.Back(e.Thread.Value, learn, r.Thread.Value));
        e.Span = new(_spans.Back(e.Span.Value, learn, r.Span.Value));
        e.Parent = new(_spans.Back(e.Parent.Value, learn, r.Parent.Value));
        e.Flow = new(_flows.Back(e.Flow.Value, learn, r.Flow.Value));
        e.Method = new(_methods.Back(e.Method.Value, learn, r.Method.Value));
        e.CodeNode = new(_nodes.Back(e.CodeNode.Value, learn, r.CodeNode.Value));
        e.Name = new(_names.Back(e.Name.Value, learn, r.Name.Value));
        e.Target = new((ushort)_targets.Back(e.Target.Value, learn, r.Target.Value));
        if (learn && TextOf(_recording.Catalog, e.Payload) != TextOf(Catalog, r.Payload)) throw new InvalidOperationException($"the payload {TextOf(Catalog, r.Payload)} became {TextOf(_recording.Catalog, e.Payload)}");
        e.Payload = new(_payloads.Back(e.Payload.Value, learn, r.Payload.Value));
        e.Related = RelatedSorts.Of(e.Kind) switch
        {
            RelatedSort.Thread => new(_threads.Back(e.Related.Value, learn, r.Related.Value)),
            RelatedSort.Span => new(_spans.Back(e.Related.Value, learn, r.Related.Value)),
            _ => e.Related,
        };
        return e;
    }

    static string TextOf(Catalog catalog, PayloadId id)
    {
        var text = new System.Text.StringBuilder();
        var fields = catalog.Payloads.Read(id);
        while (fields.Next()) text.Append(catalog.Names[fields.Key]).Append('=').Append(fields.Text).Append(';');
        return text.ToString();
    }

    sealed class Handles(bool areUnique = true)
    {
        readonly Dictionary<int, int> _back = new() { [0] = 0 }, _forth = new() { [0] = 0 };

        public int Forth(int recorded) => _forth.GetValueOrDefault(recorded, Never);

        public int Back(int reopened, bool learn, int recorded)
        {
            if (!learn) return _back[reopened];
            _back.TryAdd(reopened, recorded);
            _forth.TryAdd(recorded, reopened);
            if (_back[reopened] != recorded) throw new InvalidOperationException($"{reopened} stands for {_back[reopened]} and for {recorded}");
            if (areUnique && _forth[recorded] != reopened) throw new InvalidOperationException($"{recorded} became {_forth[recorded]} and {reopened}: one handle must stay one handle");
            return recorded;
        }
    }
}
