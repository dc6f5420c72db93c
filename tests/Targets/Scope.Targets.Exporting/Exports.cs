// The two ways to export: the OpenTelemetry SDK with the sampler that most set, and a listener of the application's own that
// does the same. Exported are spans that are marked as recorded; of these number and a sum over their names and trace ids.
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Scope.Targets.Exporting;

/// <summary>What was exported.</summary>
static class Exports
{
    const double Share = 0.1;

    static long s_count, s_sum;

    /// <summary>How many spans, and which.</summary>
    public static string Summary => $"{Interlocked.Read(ref s_count)} {Interlocked.Read(ref s_sum):x}";

    /// <summary>Begins to count anew.</summary>
    public static void Restart() => (s_count, s_sum) = (0, 0);

    /// <summary>By the SDK.</summary>
    public static IDisposable ByOpenTelemetry() => Sdk.CreateTracerProviderBuilder()
        .AddSource(Work.Exported)
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(Share)))
        .AddProcessor(new SimpleActivityExportProcessor(new Counting()))
        .Build();

    /// <summary>By a listener.</summary>
    public static IDisposable ByOwnListener()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Work.Exported,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => IsChosen(options) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData,
            ActivityStopped = activity =>
            {
                if (activity.Recorded)
                    Count(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    static bool IsChosen(in ActivityCreationOptions<ActivityContext> options) =>
        options.Parent == default ? Convert.ToInt32(options.TraceId.ToHexString()[^2..], 16) < 256 * Share : options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);

    static void Count(Activity activity)
    {
        long sum = 17;
        foreach (char c in activity.OperationName + activity.TraceId.ToHexString() + activity.TagObjects.Count())
            sum = sum * 31 + c;
        Interlocked.Increment(ref s_count);
        Interlocked.Add(ref s_sum, sum);
    }

    sealed class Counting : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                Count(activity);
            return ExportResult.Success;
        }
    }
}

/// <summary>Trace ids that are the same in each run, spread as random ones are.</summary>
static class TraceIds
{
    static ulong s_state;

    /// <summary>Begins anew.</summary>
    public static void Restart() => s_state = 0;

    /// <summary>The next one.</summary>
    public static ActivityTraceId Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Mixed());
        BitConverter.TryWriteBytes(bytes[8..], Mixed());
        return ActivityTraceId.CreateFromBytes(bytes);
    }

    // SplitMix64, by Sebastiano Vigna.
    static ulong Mixed()
    {
        ulong z = s_state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
