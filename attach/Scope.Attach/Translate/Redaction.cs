// The one step through which values of the target's own pass before they are kept: what stands under a key that speaks of
// a secret is replaced. Keys decide, not values: a value that merely looks random may be the id someone needs at 3 a.m.
using System.Text.RegularExpressions;

namespace Scope.Attach.Translate;

/// <summary>Takes secrets out of what the target says.</summary>
public static partial class Redaction
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Replacement = "[redacted]";

    static readonly string[] SecretParts =
        ["password", "passwd", "pwd", "secret", "authorization", "token", "apikey", "api_key", "api-key", "connectionstring", "connection_string", "cookie", "credential", "private_key"];

    /// <summary>Whether what stands under this key must not be kept.</summary>
    public static bool IsSecret(ReadOnlySpan<char> key)
    {
        foreach (var part in SecretParts)
            if (key.Contains(part, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>The value to keep for a key.</summary>
    public static ReadOnlySpan<char> Value(ReadOnlySpan<char> key, ReadOnlySpan<char> value) => IsSecret(key) ? Replacement : value;

    /// <summary>A command line without the values of options that speak of secrets.</summary>
    public static string CommandLine(string commandLine) => SecretOption().Replace(commandLine, "$1" + Replacement);

    [GeneratedRegex("""([\w:.-]*(?:password|passwd|pwd|secret|token|api[_-]?key|credential)[\w:.-]*[= ]\s*)("[^"]*"|\S+)""", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();
}
