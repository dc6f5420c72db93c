// Identities of spans. A span is known by its W3C ids, or (from the runtime's own events) by an activity GUID, or by none.
// The dense id is never used again. The way to it from an identity is kept for two generations only, and what it stands for
// as long as events that are held have it, so that a recorder that runs for days holds the spans of its index and no more.
using System.Runtime.CompilerServices;

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
    /// <summary>How many consecutive ids are kept and forgotten together.</summary>
    public const int PageIds = Limits.HeadPage;

    // A key of 16-byte alignment would take 32.
    readonly record struct Stored(ulong Upper, ulong Lower, ulong W3CSpan)
    {
        public SpanKey Key => new(new(Upper, Lower), W3CSpan);

        public static Stored Of(in SpanKey key) => new((ulong)(key.TraceOrActivity >> 64), (ulong)key.TraceOrActivity, key.W3CSpan);
    }

    sealed class Page
    {
        public readonly Stored[] Keys = new Stored[PageIds];

        /// <summary>How many ids there were when one of these was last asked for by its identity.</summary>
        public int UsedAt;
    }

    // Trace ids come from whoever sends requests; nobody may know which of them collide.
    static readonly ulong UpperFactor = Factor(), LowerFactor = Factor(), SpanFactor = Factor();

    readonly Lock _lock = new();
    HashedIds _young = new(), _old = new();
    volatile Page?[] _pages = [new()];
    volatile int _count = 1;
    int _oldestPage;

    /// <summary>The id of an identity: the known one while it is remembered, else a new one.</summary>
    public SpanId Intern(SpanKey key)
    {
        var stored = Stored.Of(key);
        var hash = HashOf(stored);
        lock (_lock)
        {
            if (Find(_young, hash, stored) is { IsNone: false } known) return known;
            var id = Find(_old, hash, stored) is { IsNone: false } old ? old : Append(stored);
            Remember(hash, id);
            return id;
        }
    }

    /// <summary>A new id for a span that has no identity of its own, or whose identity (a GUID) was used again.</summary>
    public SpanId New(SpanKey key = default)
    {
        lock (_lock) return Append(Stored.Of(key));
    }

    /// <summary>Goes on after an id; those up to it that were not given get no meaning, and take no room.</summary>
    public void Skip(int lastId)
    {
        lock (_lock)
        {
            if (lastId < _count) return;
            var page = _pages.ElementAtOrDefault(lastId / PageIds) ?? AddPage(lastId / PageIds);
            page.UsedAt = lastId;
            _count = lastId + 1;
        }
    }

    /// <summary>The id of an identity if it is remembered, else none.</summary>
    public SpanId Find(SpanKey key)
    {
        var stored = Stored.Of(key);
        var hash = HashOf(stored);
        lock (_lock) return Find(_young, hash, stored) is { IsNone: false } young ? young : Find(_old, hash, stored);
    }

    /// <summary>The identity of a span; the default key for none, for spans without one and for those that have been forgotten.</summary>
    public SpanKey this[SpanId id] => id.Value > 0 && id.Value < _count && _pages[id.Value / PageIds] is { } page ? page.Keys[id.Value % PageIds].Key : default;

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _count - 1;

    /// <summary>No id before this one is remembered any more.</summary>
    public int FirstId => Math.Max(1, Volatile.Read(ref _oldestPage) * PageIds);

    /// <summary>The bytes of all identities that are held.</summary>
    public long Bytes => Volatile.Read(ref _livePages) * (long)PageIds * Unsafe.SizeOf<Stored>();
    int _livePages = 1;

    /// <summary>
    /// Forgets the identities that no event held any more can need: whole pages of ids, of which none was asked for since there
    /// were so many ids, and none is the span of a held event. Lately used ones stay for late parents and children in any case.
    /// </summary>
    /// <param name="usedAt">What <see cref="LastId"/> was when the oldest event held came.</param>
    /// <param name="isHeld">Whether a held event has one of a page's ids; the page is that of its number times <see cref="PageIds"/>.</param>
    public void Forget(int usedAt, Func<int, bool> isHeld)
    {
        lock (_lock)
        {
            var pages = _pages;
            var before = usedAt - Limits.SpansRemembered;
            for (var i = _oldestPage; i < _count / PageIds; i++)
            {
                if (pages[i] is not { } page || page.UsedAt >= before || isHeld(i)) continue;
                pages[i] = null;
                _livePages--;
            }
            while (pages[_oldestPage] is null) _oldestPage++;
        }
    }

    SpanId Find(HashedIds ids, uint hash, in Stored key)
    {
        var candidates = ids.Of(hash);
        while (candidates.Next() is not 0 and var id)
        {
            if (_pages[id / PageIds] is not { } page || page.Keys[id % PageIds] != key) continue;
            page.UsedAt = _count;
            return new(id);
        }
        return default;
    }

    SpanId Append(in Stored key)
    {
        var id = _count;
        var page = id % PageIds == 0 ? AddPage(id / PageIds) : _pages[id / PageIds]!;
        page.Keys[id % PageIds] = key;
        page.UsedAt = id;
        _count = id + 1;
        return new(id);
    }

    Page AddPage(int index)
    {
        var pages = _pages;
        if (index >= pages.Length) Array.Resize(ref pages, index * 2);
        _livePages++;
        var page = pages[index] = new();
        _pages = pages;
        return page;
    }

    void Remember(uint hash, SpanId id)
    {
        if (_young.Count >= Limits.SpanGeneration)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }
        _young.Add(hash, id.Value);
    }

    static uint HashOf(in Stored key) => (uint)(key.Upper * UpperFactor + key.Lower * LowerFactor + key.W3CSpan * SpanFactor >> 32);

    static ulong Factor() => (ulong)Random.Shared.NextInt64() << 1 | 1;
}
