// Numbers as people read them in a finding's sentences.
namespace Scope.Insight;

/// <summary>Writes numbers for sentences.</summary>
internal static class Wording
{
    /// <summary>A share from 0 to 1: "43 %", "0.4 %".</summary>
    public static string Percent(double share) => share >= 0.0995 ? $"{share * 100:0} %" : $"{share * 100:0.#} %";

    /// <summary>A duration: "340 ms", "1.2 s", "80 µs".</summary>
    public static string Time(double nanos) => nanos switch
    {
        >= 10e9 => $"{nanos / 1e9:0} s",
        >= 1e9 => $"{nanos / 1e9:0.0} s",
        >= 10e6 => $"{nanos / 1e6:0} ms",
        >= 1e6 => $"{nanos / 1e6:0.0} ms",
        _ => $"{nanos / 1e3:0} µs",
    };

    /// <summary>A number of bytes: "1.4 GB", "12 MB", "3 KB".</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1 << 30 => $"{bytes / (1 << 30):0.0} GB",
        >= 1 << 20 => $"{bytes / (1 << 20):0} MB",
        _ => $"{bytes / (1 << 10):0} KB",
    };

    /// <summary>An amount of CPU: "0.5 processors", "1 processor", "12 processors".</summary>
    public static string Cores(double cores) => cores == 1 ? "1 processor" : $"{(cores >= 10 ? $"{cores:0}" : $"{cores:0.##}")} processors";

    /// <summary>A count or a rate: "1,234", "12", "0.3".</summary>
    public static string Number(double number) => number >= 10 || number == Math.Floor(number) ? $"{number:#,0}" : $"{number:0.0}";

    /// <summary>A text that may be long, such as a statement, cut for a sentence.</summary>
    public static string Short(string text, int chars = 160)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= chars ? line : line[..(char.IsHighSurrogate(line[chars - 1]) ? chars - 1 : chars)] + "…";
    }
}
