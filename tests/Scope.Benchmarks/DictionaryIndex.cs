// What one would write first, and what the hot index is measured against: a list of events, and for each key a dictionary
// from the key to a list of the places where it occurs.
using Scope.Events;

namespace Scope.Benchmarks;

/// <summary>An index of dictionaries of lists, over the same eight keys.</summary>
sealed class DictionaryIndex
{
    readonly List<ScopeEvent> _events = [];
    readonly Dictionary<int, List<int>>[] _byKey = [.. Enumerable.Range(0, 8).Select(_ => new Dictionary<int, List<int>>())];

    public void Append(in ScopeEvent e)
    {
        var place = _events.Count;
        _events.Add(e);
        Add(0, e.Thread.Value, place);
        Add(1, e.Span.Value, place);
        Add(2, e.Flow.Value, place);
        Add(3, e.Method.Value, place);
        Add(4, e.CodeNode.Value, place);
        Add(5, (int)e.Kind, place);
        Add(6, e.Target.Value, place);
        Add(7, e.Name.Value, place);
    }

    void Add(int index, int key, int place)
    {
        if (key == 0) return;
        if (!_byKey[index].TryGetValue(key, out var places)) _byKey[index][key] = places = [];
        places.Add(place);
    }
}
