// How long a call takes: the least of many short runs, because on a shared machine only the least says something; with pauses,
// in which a reader takes out what a run has written.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

static class Timing
{
    /// <summary>Nanoseconds a call, of so many runs the least.</summary>
    public static string Measure(string what, int runs)
    {
        if (what == "twins")
            return Twins(runs).ToString(CultureInfo.InvariantCulture);
        double least = double.MaxValue;
        for (int i = 0; i < runs; i++, Thread.Sleep(PauseMillis))
            least = Math.Min(least, what switch { "add" => Add(), "inlined" => AddInlined(), "clock" => Clock(), "place" => Place(), _ => 0 });
        return least.ToString(CultureInfo.InvariantCulture);
    }

    const int Calls = 10_000, PauseMillis = 25;

    static int s_sum;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static double Add()
    {
        long start = Stopwatch.GetTimestamp();
        int sum = 0;
        for (int i = 0; i < Calls; i++)
            sum = Plain.Add(sum, i);
        s_sum = sum;
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static double AddInlined()
    {
        long start = Stopwatch.GetTimestamp();
        int sum = 0;
        for (int i = 0; i < Calls; i++)
            sum = Plain.AddInlined(sum, i);
        s_sum = sum;
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static double Clock()
    {
        long start = Stopwatch.GetTimestamp(), sum = 0;
        for (int i = 0; i < Calls; i++)
            sum += Stopwatch.GetTimestamp() - Stopwatch.GetTimestamp();
        s_sum = (int)sum;
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    // How many times as long a method takes as its twin, which is never probed: in turn, so that the machine is the same to both.
    static double Twins(int runs)
    {
        var ratios = Enumerable.Range(0, runs * RunsOfTwins).Select(_ => Place() / PlaceUnprobed()).Order().ToList();
        return ratios[ratios.Count / 2];
    }

    const int RunsOfTwins = 10;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static double PlaceUnprobed()
    {
        var desk = new Desk();
        var order = new Order(new Customer("c"), 5, []);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
            desk.PlaceUnprobed(order, "web", 7);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static double Place()
    {
        var desk = new Desk();
        var order = new Order(new Customer("c"), 5, []);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
            desk.Place(order, "web", 7);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
    }
}
