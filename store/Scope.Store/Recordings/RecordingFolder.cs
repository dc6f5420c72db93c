// Where the parts of a recording are: a folder, readable by its owner only, that can be moved, packed and sent as one.
using System.Globalization;
using System.Text;
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>The names in a recording's folder.</summary>
public static class RecordingFolder
{
    /// <summary>What every recording's folder ends in.</summary>
    public const string Ending = ".scope";

    /// <summary>The file that describes the recording.</summary>
    public const string InfoFile = "recording.json";

    /// <summary>The findings.</summary>
    public const string FindingsFile = "findings.json";

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const int NameChars = 80; // With date and ending well below the 255 bytes that a file system allows.

    /// <summary>Makes a new folder NAME_yyyyMMdd_HHmmss.scope below a directory, with a number when there is one of that name already.</summary>
    /// <param name="directory">Where; made when missing.</param>
    /// <param name="name">The target's name; characters that a file name should not have become '-'.</param>
    /// <param name="started">When the recording began.</param>
    /// <exception cref="IOException">The disk refused, or everybody may write there.</exception>
    public static string Create(string directory, string name, EventTime started)
    {
        var plain = $"{Plain(name)}_{started.ToInstant().ToDateTimeUtc().ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture)}";
        if (!Directory.Exists(directory)) Make(directory);
        if (FileFacts.FaultOfPlace(directory) is { } fault) throw new IOException(fault);
        for (var i = 1; ; i++)
            if (Path.Combine(directory, (i == 1 ? plain : $"{plain}_{i}") + Ending) is var path && FileFacts.TryMakeFolder(path))
                return path;
    }

    /// <summary>The recordings of one name in a directory, in the order in which they were begun; none where there is no such directory.</summary>
    public static IReadOnlyList<string> Series(string directory, string name) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory, $"{Plain(name)}_*{Ending}").Order(StringComparer.Ordinal)] : [];

    /// <summary>Makes a folder for its owner only.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>The path of a segment.</summary>
    internal static string SegmentPath(string folder, int number) => Path.Combine(folder, number.ToString("D6", CultureInfo.InvariantCulture) + ".seg");

    /// <summary>The segments in a folder, in the order in which they were written.</summary>
    internal static IReadOnlyList<string> Segments(string folder) => [.. Directory.EnumerateFiles(folder, "*.seg").Order(StringComparer.Ordinal)];

    static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, NameChars))) plain.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-');
        return plain.Length == 0 || plain.ToString().All(c => c == '.') ? "target" : plain.ToString();
    }
}
