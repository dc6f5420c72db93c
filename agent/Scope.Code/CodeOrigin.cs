// Whose code a method is. A culprit is looked for in the application first, so this decides what a finding names.
namespace Scope.Code;

/// <summary>Whose code it is.</summary>
public enum CodeOrigin
{
    /// <summary>Nobody told: an address without a method.</summary>
    Unknown,
    /// <summary>Of the people who own the service.</summary>
    Application,
    /// <summary>A package that they use.</summary>
    ThirdParty,
    /// <summary>.NET and its shared frameworks.</summary>
    Framework,
    /// <summary>Made at run time: expression trees, Reflection.Emit, compiled regular expressions.</summary>
    Dynamic,
    /// <summary>Not managed.</summary>
    Native,
}
