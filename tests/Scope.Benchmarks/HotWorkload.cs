// The events that the hot index is measured with: what a busy web service gives. A request is a flow of some twenty
// events in four spans on one of fifty threads; methods, places and names are drawn so that few are frequent.
using Scope.Events;

namespace Scope.Benchmarks;

/// <summary>Makes events, the same ones each time.</summary>
sealed class HotWorkload
{
    public const int EventsAFlow = 20;
    public const int Threads = 50, Methods = 20_000, CodeNodes = 100_000, Names = 5_000;
    public const long EventsASecond = 100_000;

    static readonly EventKind[] Kinds = [EventKind.Request, EventKind.Sql, EventKind.ClientCall, EventKind.Activity, EventKind.Log, EventKind.ExceptionThrown, EventKind.CpuSample, EventKind.CpuSample, EventKind.Allocation, EventKind.Contention, EventKind.Link, EventKind.GcPause];

    ulong _state = 0x9E3779B97F4A7C15;
    long _made;

    /// <summary>Fills a batch with the next events.</summary>
    public void Next(Span<ScopeEvent> into)
    {
        foreach (ref var e in into)
        {
            // Sixteen requests run at once, so that the events of one lie apart as they do in a service.
            var flow = _made / (EventsAFlow * 16) * 16 + _made % 16 + 1;
            var r = Random();
            e = new()
            {
                Time = new(_made * (1_000_000_000 / EventsASecond)),
                // A link says that the event before it came of one of the same flow some time ago.
                Value = r % 12 == 10 ? Math.Max(0, _made - 1 - 16 * (long)(r >> 60)) : (long)(r >> 40),
                Related = r % 12 == 10 ? new(1) : default,
                Detail = r % 12 == 10 ? (ushort)LinkKind.TaskSpawn : default,
                Parent = (r >> 8 & 3) == 0 ? default : new((int)(flow * 4 + (long)(r >> 8 & 3) / 2)),
                Kind = Kinds[(int)(r % 12)],
                Target = new(1),
                Thread = new((int)((ulong)flow * 2654435761 % Threads) + 1),
                Span = new((int)(flow * 4 + (long)(r >> 8 & 3))),
                Flow = new((int)flow),
                Method = new(Skewed(Methods)),
                CodeNode = new(Skewed(CodeNodes)),
                Name = new(Skewed(Names)),
                Payload = new((int)_made),
            };
            _made++;
        }
    }

    /// <summary>A number from 1 to the limit, the small ones far more often.</summary>
    int Skewed(int limit)
    {
        var r = (Random() >> 11) * (1.0 / (1UL << 53));
        return (int)(r * r * r * limit) + 1;
    }

    ulong Random()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        return _state ^= _state << 17;
    }
}
