// restored.json: says of a folder that it is a copy out of an archive, and until when it stays. It is written before
// anything else, so that a copy which was broken off is known for one and goes away too.
using System.Text.Json;
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>What is known of a restored recording.</summary>
/// <param name="Archive">Where it came from.</param>
/// <param name="Restored">When.</param>
/// <param name="Expires">When it goes away again.</param>
public sealed record RestoredMark(string Archive, EventTime Restored, EventTime Expires)
{
    const string FileName = "restored.json";

    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Converters = { new EventTimeText() } };

    /// <summary>The mark of a recording's folder; null when it is no copy.</summary>
    public static RestoredMark? Read(string folder)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, FileName));
            return file.Length <= Limits.ConfigurationBytes ? JsonSerializer.Deserialize<RestoredMark>(file, Format) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal void Write(string folder) => OwnerFile.Replace(Path.Combine(folder, FileName), file => JsonSerializer.Serialize(file, this, Format));

    /// <summary>Removes the copies below a directory whose time has come; gives their folders.</summary>
    /// <param name="directory">Where recordings are.</param>
    /// <param name="now">The time that it is.</param>
    /// <param name="problems">What could not be removed, and why.</param>
    public static IReadOnlyList<string> RemoveExpired(string directory, EventTime now, ICollection<string> problems)
    {
        var removed = new List<string>();
        if (!Directory.Exists(directory)) return removed;
        foreach (var folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (Read(folder) is not { } mark || mark.Expires > now) continue;
            try
            {
                Directory.Delete(folder, recursive: true);
                removed.Add(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{folder} should be removed, as its time has come: {e.Message}");
            }
        }
        return removed;
    }
}
