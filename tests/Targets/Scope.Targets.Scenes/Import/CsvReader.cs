// Reads uploaded price lists.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Import;

public sealed class CsvReader
{
    public int Parse(string text)
    {
        int cells = 0;
        foreach (string line in text.Split('\n'))
            foreach (string cell in line.Split(';').Select(raw => raw.Trim().ToUpperInvariant()))
                cells += cell.Replace("\"", "").Substring(0, Math.Min(3, cell.Length)).Length;
        return cells;
    }
}

[ApiController]
[Route("price-lists")]
public sealed class PriceListsController(CsvReader reader) : ControllerBase
{
    static readonly string Sample = string.Join('\n', Enumerable.Range(0, 4000).Select(i => $" item {i} ;{i * 3}.99; warehouse {i % 12} ;\"in stock\""));

    [HttpPost("check")]
    public ActionResult<int> Check() => reader.Parse(Sample);
}
