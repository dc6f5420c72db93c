// Tells what a file is by its first bytes, the things that people mistake for a .nettrace included.
namespace Scope.Attach.Import;

/// <summary>What a file is.</summary>
enum TraceShape
{
    Unknown,
    Empty,
    Nettrace,
    Gzip,
    Zip,
}

static class TraceSniffer
{
    /// <summary>What these first bytes begin.</summary>
    public static TraceShape Sniff(ReadOnlySpan<byte> head) =>
        head.IsEmpty ? TraceShape.Empty
        : head.StartsWith("Nettrace"u8) || head.StartsWith("\u0014\0\0\0!FastSerialization"u8) ? TraceShape.Nettrace
        : head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? TraceShape.Gzip
        : head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) ? TraceShape.Zip
        : TraceShape.Unknown;

    /// <summary>What it looks like, for the user who gave the wrong file.</summary>
    public static string Name(ReadOnlySpan<byte> head) =>
        head.StartsWith("MDMP"u8) ? "it is a Windows dump"
        : head.StartsWith("\u007fELF"u8) ? "it is an ELF file: a program or a core dump"
        : head.StartsWith("PERFILE2"u8) ? "it is a perf.data"
        : head.StartsWith("{"u8) || head.StartsWith("["u8) ? "it is JSON, a speedscope or Chrome trace it may be"
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "it is packed with zstd; unpack it first"
        : $"it begins with the bytes {Convert.ToHexString(head[..Math.Min(8, head.Length)])}";
}
