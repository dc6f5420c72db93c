// Bytes and their SHA-256: what an object is known by, from the segment on the disk to the restored one.
using System.Security.Cryptography;

namespace Scope.Store.Cold;

/// <summary>Reads streams and says what they hash to.</summary>
static class Hashed
{
    const int BufferBytes = 1 << 18;

    /// <summary>The hash of the rest of a stream, in lower-case hex.</summary>
    public static string Of(Stream content) => Copy(content, Stream.Null).Sha256;

    /// <summary>The hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Copies the rest of a stream; gives how long it was and its hash.</summary>
    public static (long Bytes, string Sha256) Copy(Stream from, Stream to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var bytes = 0L;
        for (int got; (got = from.Read(buffer)) > 0; bytes += got)
        {
            hash.AppendData(buffer.AsSpan(0, got));
            to.Write(buffer.AsSpan(0, got));
        }
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads all of a stream into memory; false when it is longer than a bound.</summary>
    public static bool TryReadAll(Stream from, long most, out byte[] content)
    {
        var all = new MemoryStream();
        var buffer = new byte[BufferBytes];
        content = [];
        for (int got; (got = from.Read(buffer)) > 0; all.Write(buffer.AsSpan(0, got)))
            if (all.Length + got > most) return false;
        content = all.ToArray();
        return true;
    }
}
