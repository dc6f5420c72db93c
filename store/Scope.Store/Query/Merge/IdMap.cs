// The ids of one dictionary of a tier, and what they are in the catalog of an answer. Several ids of a tier can be one thing in
// the answer, as a method is that two recordings of a process tell of.
using Scope.Events;

namespace Scope.Store.Query.Merge;

/// <summary>Ids there and back. 0 stays 0.</summary>
sealed class IdMap
{
    readonly Dictionary<int, int> _forth = [], _back = [];
    readonly Dictionary<int, List<int>> _moreBack = [];

    /// <summary>All ids up to this one have been looked at; ids beyond are new.</summary>
    public int Seen { get; set; }

    /// <summary>The answer's id of a tier's id.</summary>
    public bool TryForth(int id, out int answers)
    {
        answers = 0;
        return id == 0 || _forth.TryGetValue(id, out answers);
    }

    /// <summary>Says what a tier's id is in the answer.</summary>
    public int Add(int id, int answers)
    {
        _forth[id] = answers;
        if (answers == 0 || _back.TryAdd(answers, id)) return answers;
        if (!_moreBack.TryGetValue(answers, out var more)) _moreBack[answers] = more = [];
        more.Add(id);
        return answers;
    }

    /// <summary>The tier's ids of an answer's id; none when the tier has no such thing.</summary>
    public IEnumerable<int> Back(int answers)
    {
        if (!_back.TryGetValue(answers, out var first)) return [];
        return _moreBack.TryGetValue(answers, out var more) ? [first, .. more] : [first];
    }
}

/// <summary>The maps of all dictionaries; one for all tiers that number alike.</summary>
sealed class IdMaps
{
    public IdMap Names { get; } = new();
    public IdMap Targets { get; } = new();
    public IdMap Threads { get; } = new();
    public IdMap Modules { get; } = new();
    public IdMap Methods { get; } = new();
    public IdMap CodeNodes { get; } = new();
    public IdMap Stacks { get; } = new();
    public IdMap Spans { get; } = new();
    public IdMap Flows { get; } = new();

    /// <summary>Payloads that the answer has, if it did not forget them since.</summary>
    public Dictionary<int, PayloadId> Payloads { get; } = [];
}
