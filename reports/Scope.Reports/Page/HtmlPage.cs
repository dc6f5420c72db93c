// One self-contained page: a template with its style, its script and its data inside, and a policy by which the browser
// runs exactly that script and style (by their hashes) and loads nothing from anywhere.
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Scope.Reports.Page;

/// <summary>A page made of embedded assets.</summary>
public sealed class HtmlPage
{
    // Leaves letters of all languages as they are and escapes <, >, &, quotes, U+2028 and U+2029, so that no text can end
    // the script element that holds the data; a lone surrogate becomes U+FFFD.
    static readonly JsonWriterOptions DataOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true };

    readonly string _template;

    /// <summary>The page of these assets.</summary>
    /// <param name="template">The HTML template.</param>
    /// <param name="styles">Style files, in order.</param>
    /// <param name="scripts">Script files, in order; they share one scope and leave nothing global.</param>
    /// <param name="connectsToSelf">Whether the script may talk to the server that the page came from.</param>
    /// <param name="assets">The assembly that holds what this one does not; null for none.</param>
    public HtmlPage(string template, string[] styles, string[] scripts, bool connectsToSelf = false, Assembly? assets = null)
    {
        string Asset(string name) => AssetOf(typeof(HtmlPage).Assembly, name) ?? AssetOf(assets, name) ?? throw new InvalidOperationException($"{name} is not among the embedded assets");
        var style = string.Join('\n', styles.Select(Asset));
        var script = $"(() => {{\n'use strict';\n{string.Join('\n', scripts.Select(Asset))}\n}})();";
        var policy = $"default-src 'none'; script-src '{HashOf(script)}'; style-src '{HashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'" +
            (connectsToSelf ? "; connect-src 'self'" : "");
        _template = Asset(template).Replace("{{policy}}", policy).Replace("{{style}}", style).Replace("{{script}}", script);
    }

    /// <summary>Writes the page.</summary>
    /// <param name="into">Where to; stays open.</param>
    /// <param name="title">The title, as plain text.</param>
    /// <param name="outline">What the page says to those who run no script, as plain text.</param>
    /// <param name="data">Writes the members of the page's data.</param>
    public void Write(Stream into, string title, IEnumerable<string> outline, Action<Utf8JsonWriter> data)
    {
        using var text = new StreamWriter(into, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        foreach (var (part, place) in Parts())
        {
            text.Write(part);
            switch (place)
            {
                case "title": text.Write(WebUtility.HtmlEncode(Printable(title))); break;
                case "outline": text.Write(string.Concat(outline.Select(line => $"<li>{WebUtility.HtmlEncode(Printable(line))}</li>"))); break;
                case "data":
                    text.Flush();
                    WriteData(into, data);
                    break;
            }
        }
    }

    /// <summary>Writes an object as a page's data are written: on one line, with nothing in it that could be markup.</summary>
    public static void WriteData(Stream into, Action<Utf8JsonWriter> data)
    {
        using var json = new Utf8JsonWriter(into, DataOptions);
        json.WriteStartObject();
        data(json);
        json.WriteEndObject();
    }

    /// <summary>The template cut at its remaining places, each part with the place that follows it.</summary>
    IEnumerable<(string Part, string Place)> Parts()
    {
        var at = 0;
        foreach (var place in (string[])["title", "outline", "data"])
        {
            var mark = $"{{{{{place}}}}}";
            var next = _template.IndexOf(mark, at, StringComparison.Ordinal);
            if (next < 0) continue;
            yield return (_template[at..next], place);
            at = next + mark.Length;
        }
        yield return (_template[at..], "");
    }

    /// <summary>Control characters and marks that turn the direction of text have no business in a title.</summary>
    static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(r =>
        Rune.IsControl(r) || Rune.GetUnicodeCategory(r) == System.Globalization.UnicodeCategory.Format ? " " : r.ToString()));

    static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string? AssetOf(Assembly? assembly, string name)
    {
        using var stream = assembly?.GetManifestResourceStream(name);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
