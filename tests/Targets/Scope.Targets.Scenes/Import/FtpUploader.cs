// Uploads to the warehouse, over a library that knows no async.
namespace Scenes.Import;

public sealed class FtpUploader
{
    public int Upload(int file)
    {
        // The wire: connect, send, wait for the server's answer.
        for (int block = 0; block < 8; block++)
            Thread.Sleep(100);
        return file;
    }
}

public sealed class UploadService(FtpUploader uploader)
{
    public Task<int> UploadAsync(int file) => Task.Run(() => uploader.Upload(file));
}
