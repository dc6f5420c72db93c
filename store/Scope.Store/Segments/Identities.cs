// What flows and spans are known by, in two streams. W3C ids are random: they are put together as they are, and nobody tries to
// compress them. The rest can be told in a byte or few and compresses well: a span is mostly of the flow that the span before was
// of, or of one near it, and a runtime activity is a path of numbers that differs from the one before in a step or two, sealed
// with the sum of its words and the process id.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>What identities are predicted from, alike on both sides, empty at the start of a part.</summary>
struct IdentityPrediction
{
    const uint Seal = 0x599D99AD; // The runtime's, in System.Diagnostics.Tracing.ActivityTracker.

    /// <summary>A span without an identity.</summary>
    public const ulong None = 0;

    /// <summary>A span with a trace id that no flow has.</summary>
    public const ulong Alone = 1;

    /// <summary>A runtime activity.</summary>
    public const ulong Activity = 2;

    /// <summary>From here on: a span of a flow, told by the signed difference to the flow before.</summary>
    public const ulong OfFlow = 3;

    /// <summary>How many bytes of an activity are its path; the last four are the seal.</summary>
    public const int PathBytes = 12;

    /// <summary>The flow that a span was of last.</summary>
    public int Flow;

    /// <summary>The activity before.</summary>
    public UInt128 Before;

    /// <summary>What an activity's seal says beyond its path: the process, for those that the runtime made.</summary>
    public static uint ProcessOf(UInt128 activity) => (uint)(activity >> 96) ^ ((uint)activity + (uint)(activity >> 32) + (uint)(activity >> 64) + Seal);

    /// <summary>An activity of its path and what its seal says beyond.</summary>
    public static UInt128 Sealed(UInt128 path, uint process) => path | (UInt128)(process ^ ((uint)path + (uint)(path >> 32) + (uint)(path >> 64) + Seal)) << 96;
}

/// <summary>Writes identities.</summary>
sealed class IdentityWriter
{
    readonly ByteWriter _told = new(), _random = new();
    IdentityPrediction _last;

    /// <summary>What is to be compressed.</summary>
    public ByteWriter Told => _told;

    /// <summary>What is not.</summary>
    public ByteWriter Random => _random;

    /// <summary>A part begins: nothing before it is needed to read it.</summary>
    public void Restart() => _last = default;

    /// <summary>Forgets all that was written.</summary>
    public void Clear()
    {
        _told.Clear();
        _random.Clear();
        Restart();
    }

    /// <summary>A flow by its trace id, or without one.</summary>
    public void Flow(UInt128 trace)
    {
        _told.Byte(trace == 0 ? (byte)0 : (byte)1);
        if (trace != 0) DictionaryEncoder.Write(_random, trace);
    }

    /// <summary>A span by its identity and the number of the flow that has its trace id, or 0.</summary>
    public void Span(in SpanKey key, int flow)
    {
        if (key == default) _told.Number(IdentityPrediction.None);
        else if (key.IsActivity) Activity(key.TraceOrActivity);
        else
        {
            _told.Number(flow == 0 ? IdentityPrediction.Alone : IdentityPrediction.OfFlow + Varint.ZigZag(flow - (long)_last.Flow));
            if (flow == 0) DictionaryEncoder.Write(_random, key.TraceOrActivity);
            else _last.Flow = flow;
            _random.Fixed64(key.W3CSpan);
        }
    }

    // A bit for each byte of the path that differs from the one before, and one for the process; then what differs.
    void Activity(UInt128 activity)
    {
        _told.Number(IdentityPrediction.Activity);
        var changed = activity ^ _last.Before;
        var process = IdentityPrediction.ProcessOf(activity);
        var isOther = process != IdentityPrediction.ProcessOf(_last.Before);
        var bits = isOther ? 1u : 0;
        for (var i = 0; i < IdentityPrediction.PathBytes; i++) if ((byte)(changed >> i * 8) != 0) bits |= 2u << i;
        _told.Number(bits);
        for (var i = 0; i < IdentityPrediction.PathBytes; i++) if ((byte)(changed >> i * 8) is not 0 and var other) _told.Byte(other);
        if (isOther) _told.Number(process);
        _last.Before = activity;
    }
}

/// <summary>Reads what <see cref="IdentityWriter"/> wrote.</summary>
/// <param name="told">What was compressed.</param>
/// <param name="random">What was not.</param>
ref struct IdentityReader(ReadOnlySpan<byte> told, ReadOnlySpan<byte> random)
{
    /// <summary>What was compressed; numbers that stand between the entries are read from it.</summary>
    public ByteCursor Told = new(told);

    ByteCursor _random = new(random);
    IdentityPrediction _last;

    /// <summary>What was wrong, or null.</summary>
    public readonly string? Mistake => Told.Mistake ?? _random.Mistake;

    /// <summary>How many of the random bytes have not been asked for.</summary>
    public readonly int RandomLeft => _random.Left;

    /// <summary>A part begins.</summary>
    public void Restart() => _last = default;

    /// <summary>A flow's trace id; 0 for none.</summary>
    public UInt128 Flow() => Told.Byte() == 0 ? 0 : DictionaryDecoder.Identity(ref _random);

    /// <summary>A span: what it is known by, but for the trace id where that is a flow's, whose number is given then, else 0. Whoever reads checks that there is such a flow.</summary>
    public (SpanKey Key, long Flow) Span()
    {
        var head = Told.Number();
        switch (head)
        {
            case IdentityPrediction.None: return default;
            case IdentityPrediction.Alone: return (new(DictionaryDecoder.Identity(ref _random), _random.Fixed64()), 0);
            case IdentityPrediction.Activity: return (new(Activity(), 0), 0);
            default:
                var flow = _last.Flow + Varint.UnZigZag(head - IdentityPrediction.OfFlow);
                _last.Flow = (int)flow;
                return (new(0, _random.Fixed64()), flow);
        }
    }

    UInt128 Activity()
    {
        var bits = Told.Number((2 << IdentityPrediction.PathBytes) - 1, "what differs in an activity");
        var path = _last.Before & (UInt128.MaxValue >> 32);
        for (var i = 0; i < IdentityPrediction.PathBytes; i++) if ((bits & 2 << i) != 0) path ^= (UInt128)Told.Byte() << i * 8;
        var process = (bits & 1) != 0 ? (uint)Told.Number() : IdentityPrediction.ProcessOf(_last.Before);
        return _last.Before = IdentityPrediction.Sealed(path, process);
    }
}
