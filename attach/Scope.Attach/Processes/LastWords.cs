// What a runtime writes to its standard error when it dies: the exception that nobody caught, with its stack. Its event
// streams are cut off then, before the last hundred milliseconds are sent. Where the standard error is a file, its end can be
// read afterwards; a pipe or a terminal belongs to whoever reads it, and is left alone.
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Scope.Attach.Processes;

/// <summary>What a process said when it died.</summary>
/// <param name="Exception">The exception's type, or what else ended it.</param>
/// <param name="Message">What it says; may be "".</param>
/// <param name="Frames">The stack as type and method, where it was thrown first.</param>
public sealed record LastWord(string Exception, string Message, IReadOnlyList<(string Type, string Method)> Frames);

/// <summary>The standard error of one process, as far as it is a file.</summary>
public sealed partial class LastWords : IDisposable
{
    const int MostBytes = 1 << 18;
    const int MostFrames = 200;
    const int ReadOnlyNonBlocking = 0x800; // A named pipe must not make us wait for its writer.

    readonly SafeFileHandle? _file;
    readonly long _from;

    LastWords(SafeFileHandle? file, long from) => (_file, _from) = (file, from);

    /// <summary>Begins to listen: what is written from now on counts.</summary>
    public static LastWords Of(int pid)
    {
        if (!OperatingSystem.IsLinux() || ProcFs.Link(pid, "fd/2") is not ['/', ..] link || link.StartsWith("/dev/", StringComparison.Ordinal)) return new(null, 0);
        var descriptor = Open($"/proc/{pid}/fd/2", ReadOnlyNonBlocking);
        if (descriptor < 0) return new(null, 0);
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            return new(file, RandomAccess.GetLength(file));
        }
        catch (Exception e) when (e is NotSupportedException or IOException)
        {
            file.Dispose();
            return new(null, 0);
        }
    }

    /// <summary>What it said at its end; null when it said nothing that we know, or not into a file.</summary>
    public LastWord? Read()
    {
        if (_file is null) return null;
        try
        {
            var length = RandomAccess.GetLength(_file);
            var from = Math.Max(_from <= length ? _from : 0, length - MostBytes);
            var bytes = new byte[length - from];
            return Parse(Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(_file, bytes, from)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The runtime's texts: "Unhandled exception. TYPE: MESSAGE", "Stack overflow.", "Process terminated. MESSAGE", then "   at METHOD(…)".</summary>
    internal static LastWord? Parse(string text)
    {
        if (Beginning().Matches(text) is not [.., var begin]) return null;
        var frames = Frame().Matches(text, begin.Index).Take(MostFrames)
            .Select(m => (m.Groups["type"].Value, m.Groups["method"].Value)).ToList();
        var rest = begin.Groups["rest"].Value.Trim();
        if (begin.Groups["what"].Value is var what && what != "Unhandled exception.") return new(what == "Stack overflow." ? "System.StackOverflowException" : "Environment.FailFast", rest, frames);
        var colon = rest.IndexOf(':');
        return colon < 0 ? new(rest, "", frames) : new(rest[..colon], rest[(colon + 1)..].Trim(), frames);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    [GeneratedRegex(@"^(?<what>Unhandled exception\.|Stack overflow\.|Process terminated\.)(?<rest>[^\n]*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"^ +at (?<type>[^\s(]+)\.(?<method>\.?[^\s.(]+)\(", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
