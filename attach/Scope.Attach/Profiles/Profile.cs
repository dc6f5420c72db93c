// A profile: what a target is asked to say, for a price. It is data, two lists of providers: those without stacks, which
// are many and cheap, and those where the stack is the point. They go into two sessions, because a session walks the
// stack for all of its events or for none, and the walk is what costs (facts: ×1.97 in one session, ×1.37 in two).
using System.Collections.Immutable;
using Scope.Attach.Port;
using Scope.Attach.Sessions;

namespace Scope.Attach.Profiles;

/// <summary>Samples are taken for a while, then not: what they cost shrinks by that share, and what is hot stays hot.</summary>
/// <param name="OnMillis">How long a burst is.</param>
/// <param name="OffMillis">How long the pause after it is.</param>
public readonly record struct SampleBurst(int OnMillis, int OffMillis)
{
    /// <summary>The share of the time that is sampled, from 0 to 1.</summary>
    public double Share => (double)OnMillis / (OnMillis + OffMillis);

    /// <summary>How many times its own time a sample stands for.</summary>
    public int Weight => OnMillis == 0 ? 1 : (OnMillis + OffMillis) / OnMillis;
}

/// <summary>What a target is asked to say.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What it gives and costs, for the help text.</param>
/// <param name="WithoutStacks">Providers of the session without stacks.</param>
/// <param name="WithStacks">Providers of the session with stacks.</param>
/// <param name="Samples">Providers of the sessions that sample in bursts; none where samples are always or never taken.</param>
/// <param name="Burst">How long bursts are, and how far apart.</param>
public sealed record Profile(string Name, string Description, ImmutableArray<ProviderRequest> WithoutStacks, ImmutableArray<ProviderRequest> WithStacks,
    ImmutableArray<ProviderRequest> Samples, SampleBurst Burst)
{
    /// <summary>Providers that need be asked for a moment only, before the others: what they turn on stays on.</summary>
    public ImmutableArray<ProviderRequest> Once { get; init; } = [];

    /// <summary>Whether the names of all methods are told when the recording ends: code that was compiled before it shipped is told of nowhere else.</summary>
    public bool NamesAtEnd { get; init; }

    /// <summary>The same for a program that has not begun to run: nothing can be turned on in it for a moment, so all is asked for as long as it is recorded; and it has no names yet.</summary>
    public Profile FromTheStart => this with { WithoutStacks = Join([.. WithoutStacks, .. Once]), Once = [], NamesAtEnd = true };

    /// <summary>The same where the collector inside the target tells the activities: without the bridge, and where it tells which span each thread works for too, without all that else says so.</summary>
    public Profile WithCollector(bool tellsThreads)
    {
        string[] told = tellsThreads ? [ActivitySpec.Provider, .. ProfileTable.OfThreads] : [ActivitySpec.Provider];
        return this with { WithoutStacks = Without(WithoutStacks, told), Samples = Without(Samples, told), Once = Without(Once, told) };
    }

    /// <summary>The same without what stays on in the target when the recording has ended: the flow of activity ids. Fewer samples and exceptions find their request then.</summary>
    public Profile LeavingNothing => this with { WithoutStacks = Without(WithoutStacks, ProfileTable.Lasting), WithStacks = Without(WithStacks, ProfileTable.Lasting), Samples = Without(Samples, ProfileTable.Lasting), Once = Without(Once, ProfileTable.Lasting) };

    /// <summary>The same where it is to be known all the time which activity each thread is in: hits of probes know no more than their thread.</summary>
    public Profile WithThreadActivities => this with { WithoutStacks = Join([.. WithoutStacks, ProfileTable.ThreadActivities]) };

    /// <summary>The same for a process that exports spans by decisions of its own, which the bridge must not change.</summary>
    public Profile BesideExporter => this with { WithoutStacks = [.. WithoutStacks.Select(p => p.Name == ActivitySpec.Provider ? p with { Arguments = ActivitySpec.BesideExporter(p.Arguments) } : p)] };

    /// <summary>The same under pressure: activities without tags, of log records the errors only, no samples.</summary>
    public Profile Plain => this with { WithoutStacks = [.. Without(WithoutStacks, [ProfileTable.SamplerProvider]).Select(ProfileTable.Plain)], Samples = [] };

    /// <summary>What is asked for when next to nothing may be: what the light profile does, and nothing that this one does not.</summary>
    public Profile Lightest => ProfileTable.Light with { Once = [], NamesAtEnd = NamesAtEnd };

    /// <summary>The providers that tell the spans, and what requests are called when they begin.</summary>
    public ImmutableArray<ProviderRequest> OfSpans => [.. WithoutStacks.Where(p => p.Name is ActivitySpec.Provider or ProfileTable.HostingProvider)];

    /// <summary>The request of that moment; null where there is nothing to turn on.</summary>
    public CollectRequest? OnceRequest => Once.IsEmpty ? null : new(Once, 1, Stacks: false);

    /// <summary>The profile with further providers. One that it has already gets the bits of both, the higher level and the
    /// arguments of the added one; a new one goes to the session with stacks, where dotnet-trace would have it too.</summary>
    public Profile With(IEnumerable<ProviderRequest> added)
    {
        var result = this;
        foreach (var provider in added)
            result = Knows(result.WithoutStacks, provider) && !Knows(result.WithStacks, provider)
                ? result with { WithoutStacks = Join([.. result.WithoutStacks, provider]) }
                : result with { WithStacks = Join([.. result.WithStacks, provider]) };
        return result;
    }

    /// <summary>The request for each burst of samples; null where the profile takes none, or takes them all the time.</summary>
    public CollectRequest? SampleRequest(int bufferMegabytes) => Samples.IsEmpty ? null : new(Samples, bufferMegabytes, Stacks: false);

    /// <summary>The requests for the lasting sessions, the one without stacks first; a session without providers is left out.</summary>
    /// <param name="bufferMegabytes">The buffer of each in the target.</param>
    /// <param name="samplesInBursts">Whether samples come in sessions of their own, by <see cref="SampleRequest"/>; if not, the
    /// sampler runs all the time in the first session, without the task waits, which would be too many.</param>
    public ImmutableArray<CollectRequest> Requests(int bufferMegabytes, bool samplesInBursts = false)
    {
        var first = samplesInBursts ? WithoutStacks : [.. WithoutStacks, .. Samples.Where(p => !Knows(WithoutStacks, p))];
        return [.. new[] { new CollectRequest(first, bufferMegabytes, Stacks: false, NamesAtEnd ? RundownSession.MethodsAndModules : 0), new CollectRequest(WithStacks, bufferMegabytes, Stacks: true) }.Where(r => !r.Providers.IsEmpty)];
    }

    /// <summary>The same providers, each once: a session takes a provider once, with all of its bits.</summary>
    internal static ImmutableArray<ProviderRequest> Join(IEnumerable<ProviderRequest> providers) =>
        [.. providers.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Select(g => g.Aggregate(Join))];

    static ProviderRequest Join(ProviderRequest a, ProviderRequest b) => new(a.Name, a.Keywords | b.Keywords, Math.Max(a.Level, b.Level), b.Arguments.Length > 0 ? b.Arguments : a.Arguments)
    {
        ExceptEvents = [.. a.ExceptEvents, .. b.ExceptEvents],
    };

    static ImmutableArray<ProviderRequest> Without(ImmutableArray<ProviderRequest> providers, string[] names) =>
        [.. providers.Where(p => !names.Contains(p.Name, StringComparer.OrdinalIgnoreCase))];

    static bool Knows(ImmutableArray<ProviderRequest> providers, ProviderRequest provider) =>
        providers.Any(p => p.Name.Equals(provider.Name, StringComparison.OrdinalIgnoreCase));
}
