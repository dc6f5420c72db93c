// Texts of the user interface by language.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Localization;

public sealed class TextCatalog
{
    readonly Dictionary<string, string> _german = Enumerable.Range(0, 30).ToDictionary(i => $"text.{i}", i => $"Text {i}");

    public string Find(string key) => _german[key];
}

public interface ILocalizer
{
    string Translate(string key);
}

public sealed class Localizer(TextCatalog texts) : ILocalizer
{
    public string Translate(string key)
    {
        try
        {
            return texts.Find(key);
        }
        catch (KeyNotFoundException)
        {
            return key;
        }
    }
}

[ApiController]
[Route("ui")]
public sealed class UiController(ILocalizer localizer) : ControllerBase
{
    [HttpGet("{page:int}")]
    public ActionResult<string[]> Page(int page) => Enumerable.Range(0, 40).Select(i => localizer.Translate($"text.{i + page % 3}")).ToArray();
}
