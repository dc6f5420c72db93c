// Assemblies of a program that was published as a single file: the runtime names them without a folder, and they lie in the program
// itself. It says where after a mark: the offset of a list stands before the mark, and the list names each file with its place.
// The file is the target's and may be anything: what does not fit is no list.
using System.IO.Compression;
using System.Text;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>Reads files out of such a program.</summary>
static class SingleFileProgram
{
    const int ChunkBytes = 1 << 20, OffsetBytes = 8;
    const uint FirstVersion = 2, CompressingVersion = 6;
    const int HeadBytes = 5 * sizeof(long); // Where deps.json and runtimeconfig.json lie, and flags.

    // The hash by which the host finds it too.
    static readonly byte[] Mark = Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae");

    /// <summary>The bytes of a file in it; null when it holds no such file, or is no such program.</summary>
    /// <param name="program">The program's path, as we see it.</param>
    /// <param name="name">The file, as its list names it.</param>
    public static byte[]? Read(string program, string name)
    {
        try
        {
            using var file = new FileStream(program, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ListOffset(file) is { } at && at > 0 && at < file.Length ? Find(file, at, name) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    static long? ListOffset(FileStream file)
    {
        var chunk = new byte[ChunkBytes + Mark.Length + OffsetBytes];
        for (long from = 0; from < file.Length; from += ChunkBytes)
        {
            file.Position = from;
            var read = file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            if (chunk.AsSpan(0, read).IndexOf(Mark) is >= OffsetBytes and var at) return BitConverter.ToInt64(chunk, at - OffsetBytes);
        }
        return null;
    }

    static byte[]? Find(FileStream file, long listOffset, string name)
    {
        file.Position = listOffset;
        using var list = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        var version = list.ReadUInt32();
        list.ReadUInt32();
        var files = list.ReadInt32();
        list.ReadString();
        if (version < FirstVersion) return null;
        list.ReadBytes(HeadBytes);
        for (var i = 0; i < files; i++)
        {
            var (offset, bytes, compressed) = (list.ReadInt64(), list.ReadInt64(), version >= CompressingVersion ? list.ReadInt64() : 0);
            list.ReadByte(); // What sort of file it is.
            if (list.ReadString() == name) return Content(file, offset, bytes, compressed > 0);
        }
        return null;
    }

    static byte[]? Content(FileStream file, long offset, long bytes, bool isCompressed)
    {
        if (bytes is <= 0 or > Limits.TargetImageBytes || offset <= 0 || offset > file.Length) return null;
        file.Position = offset;
        var content = new byte[bytes];
        if (!isCompressed) file.ReadExactly(content);
        else using (var inflated = new DeflateStream(file, CompressionMode.Decompress, leaveOpen: true)) inflated.ReadExactly(content);
        return content;
    }
}
