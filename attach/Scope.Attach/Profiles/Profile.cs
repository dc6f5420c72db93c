// A profile: what a target is asked to say, for a price. It is data, two lists of providers: those without stacks, which
// are many and cheap, and those where the stack is the point. They go into two sessions, because a session walks the
// stack for all of its events or for none, and the walk is what costs (facts: ×1.97 in one session, ×1.37 in two).
using System.Collections.Immutable;
using Scope.Attach.Port;

namespace Scope.Attach.Profiles;

/// <summary>What a target is asked to say.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What it gives and costs, for the help text.</param>
/// <param name="WithoutStacks">Providers of the session without stacks.</param>
/// <param name="WithStacks">Providers of the session with stacks.</param>
public sealed record Profile(string Name, string Description, ImmutableArray<ProviderRequest> WithoutStacks, ImmutableArray<ProviderRequest> WithStacks)
{
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

    /// <summary>The requests for the sessions, the one without stacks first; a session without providers is left out.</summary>
    public ImmutableArray<CollectRequest> Requests(int bufferMegabytes) =>
    [
        .. new[] { new CollectRequest(WithoutStacks, bufferMegabytes, Stacks: false), new CollectRequest(WithStacks, bufferMegabytes, Stacks: true) }
            .Where(r => !r.Providers.IsEmpty),
    ];

    /// <summary>The same providers, each once: a session takes a provider once, with all of its bits.</summary>
    internal static ImmutableArray<ProviderRequest> Join(IEnumerable<ProviderRequest> providers) =>
        [.. providers.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Select(g => g.Aggregate(Join))];

    static ProviderRequest Join(ProviderRequest a, ProviderRequest b) => new(a.Name, a.Keywords | b.Keywords, Math.Max(a.Level, b.Level), b.Arguments.Length > 0 ? b.Arguments : a.Arguments)
    {
        ExceptEvents = [.. a.ExceptEvents, .. b.ExceptEvents],
    };

    static bool Knows(ImmutableArray<ProviderRequest> providers, ProviderRequest provider) =>
        providers.Any(p => p.Name.Equals(provider.Name, StringComparison.OrdinalIgnoreCase));
}
