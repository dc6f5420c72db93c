// How long a fault is tried: a few rounds in the suite, as many as the time allows in a soak.
using System.Diagnostics;

namespace Scope.Soak.Faults;

/// <summary>One run of one fault.</summary>
/// <param name="time">Its part of a soak; zero for the short form.</param>
/// <param name="tell">Is told what is going on.</param>
sealed class FaultRun(TimeSpan time, Action<string> tell)
{
    readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The short form, for the suite.</summary>
    public static FaultRun Short => new(TimeSpan.Zero, _ => { });

    /// <summary>Whether it is the long form.</summary>
    public bool IsLong => time > TimeSpan.Zero;

    /// <summary>The time that it has; zero in the short form.</summary>
    public TimeSpan Time => time;

    /// <summary>Says what is going on.</summary>
    public Action<string> Tell => tell;

    /// <summary>Chance, the same in every run.</summary>
    public Random Random { get; } = new(6);

    /// <summary>Whether another round is due: the few of the short form, and in a soak more until the time is over or many were done.</summary>
    public bool Goes(long done, long few, long many) => done < few || (done < many && _clock.Elapsed < time);
}
