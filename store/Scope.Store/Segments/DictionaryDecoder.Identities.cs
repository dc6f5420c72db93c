// The flows and spans of a segment since version 3: what is told of them in the dictionary frame, and their random ids in the
// frame before it.
namespace Scope.Store.Segments;

sealed partial class DictionaryDecoder
{
    byte[] _random = [];
    int _randomAt;

    /// <summary>Takes the random ids that the next dictionary frame needs; says what is wrong, or null.</summary>
    public string? ReadRandom(ReadOnlySpan<byte> content)
    {
        if (_randomAt < _random.Length) return "there are random ids that nothing needs";
        (_random, _randomAt) = (content.ToArray(), 0);
        return null;
    }

    string? ReadIdentities(DictionarySection section, ReadOnlySpan<byte> bytes, ulong entries)
    {
        var reader = new IdentityReader(bytes, _random.AsSpan(_randomAt));
        for (var recorded = 0L; entries > 0 && reader.Mistake is null; entries--, recorded++)
        {
            recorded += reader.Told.Signed();
            if (recorded is < 0 or > int.MaxValue) reader.Told.Fail($"the id of an entry is {recorded}");
            else if (section == DictionarySection.FlowIdentities) AddFlow((int)recorded, ref reader);
            else AddSpan((int)recorded, ref reader);
        }
        _randomAt = _random.Length - reader.RandomLeft;
        return reader.Mistake ?? (reader.Told.AtEnd ? null : "it holds more than its entries");
    }

    void AddFlow(int recorded, ref IdentityReader reader)
    {
        var trace = reader.Flow();
        if (reader.Mistake is null) _flows.Add(_known.Flows.Get(recorded, trace, _newFlow));
    }

    void AddSpan(int recorded, ref IdentityReader reader)
    {
        var (key, flow) = reader.Span();
        if (flow < 0 || flow >= _flows.Count) reader.Told.Fail($"the number of a flow is {flow} where less than {_flows.Count} is known");
        if (reader.Mistake is null) _spans.Add(_known.Spans.Get(recorded, flow == 0 ? key : key with { TraceOrActivity = _catalog.Flows[_flows[(int)flow]] }, _newSpan));
    }
}
