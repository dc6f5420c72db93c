// Scales pictures.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Media;

public interface IImageResizer
{
    byte[] Resize(int width, int height);
}

public sealed class ImageResizer : IImageResizer
{
    public byte[] Resize(int width, int height)
    {
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0; i < pixels.Length; i += 512)
            pixels[i] = (byte)i;
        return pixels[..64];
    }
}

[ApiController]
[Route("images")]
public sealed class ImagesController(IImageResizer resizer) : ControllerBase
{
    [HttpGet("{id:int}")]
    public FileContentResult Get(int id) => File(resizer.Resize(800 + id % 5, 500), "image/raw");
}
