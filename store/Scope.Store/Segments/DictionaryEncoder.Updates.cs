// What was learnt of an entry after it was written: whose an address is, what a thread is called, more of a process.
using System.Runtime.InteropServices;

namespace Scope.Store.Segments;

sealed partial class DictionaryEncoder
{
    /// <summary>Writes what has been learnt of earlier entries. Before a frame of events, never within: their columns are predicted from what the reader knows.</summary>
    public void Update()
    {
        UpdateTargets();
        UpdateCodeNodes();
        UpdateThreads();
    }

    void UpdateTargets()
    {
        for (var i = 1; i <= catalog.Targets.All.Count; i++)
        {
            var target = catalog.Targets[new((ushort)i)];
            if (_targets[i] is not (> 0 and var local) || ReferenceEquals(_toldTargets[local - 1], target)) continue;
            _toldTargets[local - 1] = target;
            var section = Section(DictionarySection.TargetUpdates);
            section.Number((ulong)local);
            Write(section, target);
            Added(DictionarySection.TargetUpdates);
        }
    }

    void UpdateCodeNodes()
    {
        var kept = 0;
        for (var i = 0; i < _unresolved.Count; i++)
        {
            var (node, local) = _unresolved[i];
            var method = Method(catalog.CodeNodes.MethodOf(node));
            if (method == 0)
            {
                _unresolved[kept++] = (node, local);
                continue;
            }
            _methodOfNode[local] = method;
            var section = Section(DictionarySection.CodeNodeUpdates);
            section.Number((ulong)local);
            section.Number((ulong)method);
            section.Signed(catalog.CodeNodes.OffsetOf(node));
            Added(DictionarySection.CodeNodeUpdates);
        }
        CollectionsMarshal.SetCount(_unresolved, kept);
    }

    void UpdateThreads()
    {
        for (var i = 0; i < _toldThreads.Count; i++)
        {
            var (thread, told) = _toldThreads[i];
            var now = catalog.Threads.NameOf(thread);
            if (now == told) continue;
            _toldThreads[i] = (thread, now);
            var name = Name(now);
            var section = Section(DictionarySection.ThreadUpdates);
            section.Number((ulong)(i + 1));
            section.Number((ulong)name);
            Added(DictionarySection.ThreadUpdates);
        }
    }
}
