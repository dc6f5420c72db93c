// Finds the city of an address.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Geo;

public sealed class GeoLookup(IConfiguration configuration)
{
    public async Task<string> FindAsync(int address)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"{configuration["partner"]}/cities/{address}");
    }
}

[ApiController]
[Route("geo")]
public sealed class GeoController(GeoLookup lookup) : ControllerBase
{
    [HttpGet("{address:int}")]
    public async Task<ActionResult<string>> City(int address) => await lookup.FindAsync(address);
}
