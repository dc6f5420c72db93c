// Thumbnails of an album's pictures, all at once.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Media;

public sealed class PictureStore
{
    public byte[] Read(int album, int picture)
    {
        Thread.Sleep(120); // A network share.
        return new byte[2000 + album % 7 + picture];
    }
}

public sealed class ThumbnailService(PictureStore store)
{
    public int RenderAll(int album)
    {
        int bytes = 0;
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 12 }, picture =>
        {
            byte[] data = store.Read(album, picture);
            Interlocked.Add(ref bytes, data.Length / 4);
        });
        return bytes;
    }
}

[ApiController]
[Route("albums")]
public sealed class AlbumsController(ThumbnailService thumbnails) : ControllerBase
{
    [HttpGet("{album:int}")]
    public ActionResult<int> Show(int album) => thumbnails.RenderAll(album);
}
