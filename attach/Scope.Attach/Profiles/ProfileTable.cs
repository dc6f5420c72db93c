// The table that profiles are made from: one row a signal, with the session it belongs to, the profile from which on it
// is there, and what it says and costs. Numbers are CPU a request on a mix of small requests, as measured.
using System.Collections.Immutable;
using Scope.Attach.Port;

namespace Scope.Attach.Profiles;

/// <summary>The profiles.</summary>
public static class ProfileTable
{
    const string Runtime = "Microsoft-Windows-DotNETRuntime";
    const ulong AllKeywords = ulong.MaxValue;
    const int Error = 2, Warning = 3, Informational = 4, Verbose = 5;

    static readonly ImmutableArray<Signal> Signals =
    [
        new("requests: method, path, start and stop", Depth.Light, Part.WithoutStacks, new(HostingProvider, AllKeywords, Informational)),
        // Once is enough: the runtime never turns the flow off again. While the task library's events are on, each await of a
        // task is wrapped to be told, whichever of them are asked for: a third of what the flow costs.
        new("activity ids that flow through awaits and tasks", Depth.Light, Part.Once, new(TplProvider, 0x80, Informational)),
        new("counters of the runtime, once a second", Depth.Light, Part.WithoutStacks, new("System.Runtime", AllKeywords, Informational, "EventCounterIntervalSec=1")),
        new("activities: requests, HTTP client calls, SQL, custom sources", Depth.Default, Part.WithoutStacks, new(ActivitySpec.Provider, ActivitySpec.Keywords, Informational, ActivitySpec.Arguments)),
        // The end of a request is told by its activity's listener.
        new("requests: no stop beside the activity's end", Depth.Default, Part.WithoutStacks, new(HostingProvider, AllKeywords, Informational) { ExceptEvents = [2] }),
        // Scopes come with every level, two events for each request and for each action of a controller, and say nothing that
        // an activity does not: 4 µs a request. These categories log no warnings, so they are left out.
        new("log records from warning up", Depth.Default, Part.WithoutStacks, new(LoggingProvider, FormattedMessage, Warning, LogsWithoutScopes)),
        new("tasks: who schedules, runs and waits for which", Depth.Deep, Part.WithoutStacks, new(TplProvider, 0x82, Verbose)),
        new("events and links of activities", Depth.Deep, Part.WithoutStacks, new(ActivitySpec.Provider, ActivitySpec.Keywords, Informational, ActivitySpec.DeepArguments)),
        new("log records from information up", Depth.Deep, Part.WithoutStacks, new(LoggingProvider, FormattedMessage, Informational, AllLogs)),
        new("metrics of meters", Depth.Deep, Part.WithoutStacks, new("System.Diagnostics.Metrics", 0x2, Informational, MetricArguments)),
        new("connections and requests of Kestrel", Depth.Deep, Part.WithoutStacks, new("Microsoft-AspNetCore-Server-Kestrel", AllKeywords, Informational)),

        // The names of methods are in the verbose form of the event only; without them, code that is compiled again at a higher
        // tier after we came, which in a service under load is the code that matters, has no name.
        new("methods compiled and modules loaded from now on, for their names", Depth.Light, Part.WithoutStacks, new(Runtime, 0x18, Verbose)),

        new("exceptions, thrown and caught", Depth.Light, Part.WithStacks, new(Runtime, 0x8000, Informational) { ExceptEvents = [251, 252, 253, 254, 255, 256] }),
        new("garbage collections and their pauses", Depth.Light, Part.WithStacks, new(Runtime, 0x1, Informational)),
        new("lock contention with owner and duration", Depth.Light, Part.WithStacks, new(Runtime, 0x4000, Informational)),
        new("thread-pool workers and their adjustment", Depth.Light, Part.WithStacks, new(Runtime, 0x10000, Informational)),
        new("allocation samples, one in 100 KB (runtimes from 10 on)", Depth.Default, Part.WithStacks, new(Runtime, 0x80000000000, Informational)),
        new("waits for locks and handles", Depth.Deep, Part.WithStacks, new(Runtime, 0x40000000000, Verbose)),

        // The sampler writes its stacks even where a session has them off, and the changes that tell whose work a thread
        // does are many: so they share a session without stacks.
        new("CPU samples", Depth.Default, Part.Samples, new(SamplerProvider, 0, Informational)),
        // Keyword 0x40000 tells each change of a thread's activity, also when an execution context is restored: it gave 100 % of
        // samples to the right span, where joining waits for tasks (0x82) gave 65 to 95 %.
        new("which activity each thread is in: gives samples to their spans", Depth.Default, Part.Samples, ThreadActivities),
    ];

    // One second in five: the sampler stops every thread a hundred times a second, which is half as dear as all else.
    static readonly SampleBurst OneInFive = new(OnMillis: 1_000, OffMillis: 4_000);

    const string TplProvider = "System.Threading.Tasks.TplEventSource";
    internal const string HostingProvider = "Microsoft.AspNetCore.Hosting";
    const string LoggingProvider = "Microsoft-Extensions-Logging";
    const ulong FormattedMessage = 0x4;
    // Of each category from the session's level on; level 6 is "none".
    const string AllLogs = "FilterSpecs=\"*\"";
    const string LogsWithoutScopes = "FilterSpecs=\"*;Microsoft.AspNetCore.Hosting.Diagnostics:6;Microsoft.AspNetCore.Mvc.Infrastructure.ControllerActionInvoker:6\"";
    const string MetricArguments = "SessionId=scope;Metrics=System.Runtime,Microsoft.AspNetCore.Hosting,System.Net.Http,Npgsql;RefreshInterval=1;MaxTimeSeries=1000;MaxHistograms=20";

    /// <summary>The providers that are asked only to know what each thread works for: whose activity, and how it flows.</summary>
    internal static readonly ImmutableArray<string> OfThreads = [TplProvider, HostingProvider];

    /// <summary>The providers of which something stays on in the target once they were asked.</summary>
    internal static readonly string[] Lasting = [TplProvider];

    /// <summary>What tells which activity each thread is in.</summary>
    internal static ProviderRequest ThreadActivities => new(TplProvider, 0x40080, Informational);

    internal const string SamplerProvider = "Microsoft-DotNETCore-SampleProfiler";

    /// <summary>A provider with less of the same.</summary>
    internal static ProviderRequest Plain(ProviderRequest provider) => provider.Name switch
    {
        ActivitySpec.Provider => provider with { Arguments = ActivitySpec.Plain(provider.Arguments) },
        LoggingProvider => provider with { Level = Error, Arguments = LogsWithoutScopes },
        _ => provider,
    };

    /// <summary>Only when requests begin and end.</summary>
    public static ImmutableArray<ProviderRequest> RequestsOnly { get; } = [Signals.First(s => s.Provider.Name == HostingProvider).Provider];

    /// <summary>All profiles, the cheapest first.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        Make("light", Depth.Light, "requests, exceptions, GC, locks and thread pool: some 3 % CPU a request; can stay on"),
        Make("default", Depth.Default, "light, and activities (SQL, HTTP calls), CPU and allocation samples, logged warnings: some 25 % CPU a request, of small ones up to 40 %"),
        Make("deep", Depth.Deep, "default with CPU samples all the time, and waits, logs and metrics: for minutes, not for hours"),
    ];

    /// <summary>The cheapest.</summary>
    internal static Profile Light => All[0];

    /// <summary>The profile that is taken when none is named.</summary>
    public static Profile Default => All[1];

    /// <summary>The profile of a name, or null.</summary>
    public static Profile? Find(string name) => All.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    static Profile Make(string name, Depth depth, string description)
    {
        var profile = new Profile(name, description, Providers(depth, Part.WithoutStacks), Providers(depth, Part.WithStacks), Providers(depth, Part.Samples), OneInFive)
        {
            Once = Providers(depth, Part.Once),
        };
        return depth < Depth.Deep ? profile : profile with { WithoutStacks = Profile.Join([.. profile.WithoutStacks, .. profile.Samples]), Samples = [] };
    }

    static ImmutableArray<ProviderRequest> Providers(Depth depth, Part part) =>
        Profile.Join(Signals.Where(s => s.From <= depth && s.Part == part).Select(s => s.Provider));

    enum Depth
    {
        Light,
        Default,
        Deep,
    }

    enum Part
    {
        Once,
        WithoutStacks,
        WithStacks,
        Samples,
    }

    sealed record Signal(string Says, Depth From, Part Part, ProviderRequest Provider);
}
