// Identities of spans. A span is known by its W3C ids, or (from the runtime's own events) by an activity GUID, or by none.
// The dense id is for ever; the way back from an identity is kept for two generations only, so that memory stays bounded.
namespace Scope.Events;

/// <summary>What a span is known by: a W3C trace and span id, or a runtime activity (then <see cref="W3CSpan"/> is 0).</summary>
public readonly record struct SpanKey(UInt128 TraceOrActivity, ulong W3CSpan)
{
    /// <summary>Whether it is a runtime activity's GUID.</summary>
    public bool IsActivity => W3CSpan == 0;

    /// <summary>The key of a runtime activity.</summary>
    public static SpanKey OfActivity(in Guid activity) => new(System.Runtime.CompilerServices.Unsafe.BitCast<Guid, UInt128>(activity), 0);

    /// <summary>The span id in lower-case hex, "" for a runtime activity.</summary>
    public string SpanText => IsActivity ? "" : W3CSpan.ToString("x16");
}

/// <summary>The span identities of a recording.</summary>
public sealed class Spans
{
    const int PageSize = 1 << 14;

    readonly Lock _lock = new();
    Dictionary<SpanKey, SpanId> _young = new(), _old = new();
    volatile SpanKey[][] _pages = [new SpanKey[PageSize]];
    volatile int _count = 1;

    /// <summary>The id of an identity: the known one while it is remembered, else a new one.</summary>
    public SpanId Intern(SpanKey key)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(key, out var id)) return id;
            if (!_old.Remove(key, out id)) id = Append(key);
            Remember(key, id);
            return id;
        }
    }

    /// <summary>A new id for a span that has no identity of its own, or whose identity (a GUID) was used again.</summary>
    public SpanId New(SpanKey key = default)
    {
        lock (_lock) return Append(key);
    }

    /// <summary>The id of an identity if it is remembered, else none.</summary>
    public SpanId Find(SpanKey key)
    {
        lock (_lock) return _young.TryGetValue(key, out var id) || _old.TryGetValue(key, out id) ? id : default;
    }

    /// <summary>The identity of a span; the default key for none and for spans without one.</summary>
    public SpanKey this[SpanId id] => id.Value > 0 && id.Value < _count ? _pages[id.Value / PageSize][id.Value % PageSize] : default;

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _count - 1;

    SpanId Append(SpanKey key)
    {
        var id = _count;
        if (id / PageSize == _pages.Length) _pages = [.. _pages, new SpanKey[PageSize]];
        _pages[id / PageSize][id % PageSize] = key;
        _count = id + 1;
        return new(id);
    }

    void Remember(SpanKey key, SpanId id)
    {
        if (_young.Count >= Limits.SpanGeneration)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }
        _young[key] = id;
    }
}
