// How a tier is going to answer a question, as its own statistics see it: what query --explain shows.
namespace Scope.Store;

/// <summary>The way that a question takes through a tier.</summary>
/// <param name="Index">What is walked or read, in words.</param>
/// <param name="Expected">How many events it expects to look at.</param>
public sealed record QueryWay(string Index, long Expected);
