// Builds the monthly statement as a document in memory.
namespace Scenes.Reports;

public sealed class PdfBuilder
{
    public async Task<int> BuildAsync(int pages)
    {
        using var document = new MemoryStream();
        for (int page = 0; page < pages; page++)
            await WritePageAsync(document, page);
        return document.ToArray().Length;
    }

    static async Task WritePageAsync(MemoryStream document, int page)
    {
        byte[] content = new byte[16_000];
        content[0] = (byte)page;
        await document.WriteAsync(content);
    }
}
