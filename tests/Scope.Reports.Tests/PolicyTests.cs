// The page's own rules: its policy names exactly the script and the style that it holds, and nothing in it loads anything.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class PolicyTests
{
    static readonly string Html = ReadHtml();

    [TestMethod]
    public void The_policy_allows_this_script_and_this_style_and_nothing_else()
    {
        var policy = WebUtility.HtmlDecode(Regex.Match(Html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value);
        policy.ShouldBe($"default-src 'none'; script-src '{HashOf("script")}'; style-src '{HashOf("style")}'; img-src data:; base-uri 'none'; form-action 'none'");
    }

    [TestMethod]
    public void It_names_no_other_place()
    {
        var withoutData = Regex.Replace(Html, "<script type=\"application/json\".*?</script>", "", RegexOptions.Singleline);
        var addresses = Regex.Matches(withoutData, @"https?://[^\s'""`]+").Select(m => m.Value).Distinct();
        addresses.ShouldBe(["http://www.w3.org/2000/svg"]); // A name of a vocabulary, nothing to load.
        withoutData.ShouldNotContain("@import");
        Regex.IsMatch(withoutData, @"url\((?!#)").ShouldBeFalse(); // Within the page only.
    }

    [TestMethod]
    public void No_script_of_it_makes_markup_out_of_text()
    {
        foreach (var banned in (string[])["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "createContextualFragment", "setAttribute('style'"])
            ElementText("script").ShouldNotContain(banned);
    }

    [TestMethod]
    public void Readers_without_script_get_the_findings_in_words()
    {
        var words = WebUtility.HtmlDecode(Regex.Match(Html, "<noscript>(.*?)</noscript>", RegexOptions.Singleline).Value);
        words.ShouldContain("Lock contention: Shop.Domain.Pricing.PriceTable.Find");
        words.ShouldContain("Exception storm");
    }

    static string HashOf(string element) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ElementText(element))));

    static string ElementText(string element) => Regex.Match(Html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;

    static string ReadHtml()
    {
        using var report = ReportFile.OfService();
        return report.Html;
    }
}
