// A fault that the shop can have, and what a good diagnosis of it says.
namespace Scope.Targets.Shop.Faults;

/// <summary>A planted fault.</summary>
/// <param name="Name">The switch: --fault NAME.</param>
/// <param name="Cause">The word of the findings' vocabulary that names it.</param>
/// <param name="Culprit">The method to blame, as written in the source.</param>
/// <param name="Route">The route that it hurts; the load generator's request of the same name calls it.</param>
/// <param name="NeedsDatabase">Whether it needs --postgres.</param>
/// <param name="Description">What is wrong, in a sentence.</param>
public sealed record Fault(string Name, string Cause, string Culprit, string Route, bool NeedsDatabase, string Description);
