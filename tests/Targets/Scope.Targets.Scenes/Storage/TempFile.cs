// A file that deletes itself.
namespace Scenes.Storage;

public sealed class TempFile
{
    readonly byte[] _buffer = new byte[4_000];

    public int Write(int value) => _buffer[0] = (byte)value;

    ~TempFile() => FileJournal.Forget(this);
}

public static class FileJournal
{
    static readonly ManualResetEventSlim s_flushed = new(false);
    static int s_forgotten;

    public static int Forgotten => s_forgotten;

    public static void Forget(TempFile file)
    {
        s_flushed.Wait();
        s_forgotten += file.GetHashCode() & 1;
    }
}

public sealed class UploadBuffer
{
    public int Take(int part)
    {
        int sum = 0;
        for (int i = 0; i < 40; i++)
            sum += new TempFile().Write(part + i);
        return sum;
    }
}
