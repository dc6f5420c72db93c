using Scope.Attach.Nettrace;
using Scope.Attach.Translate;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class TextRulesTests
{
    [TestMethod]
    [DataRow("/api/stock/96/reserve", "[action, Reserve],[controller, Stock],[product, 96]", "/api/stock/{product}/reserve")]
    [DataRow("/supplier/7/offer/98", "[supplier, 7],[product, 98]", "/supplier/{supplier}/offer/{product}")]
    [DataRow("/Stock/Reserve", "[action, Reserve],[controller, Stock]", "/Stock/Reserve")]
    [DataRow("/catalog/3", "[page, 3]", "/catalog/{page}")]
    [DataRow("/Orders/Index", "[page, /Orders/Index]", "/Orders/Index")]
    [DataRow("/transfers/5/5", "[from, 5],[to, 5]", "/transfers/{from}/{to}")]
    [DataRow("/transfers/5/6", "[from, 5],[to, 6]", "/transfers/{from}/{to}")]
    [DataRow("/ping", "", "/ping")]
    [DataRow("/", "[id, ]", "/")]
    [DataRow("/a/b", "[torn", "/a/b")]
    public void What_stands_for_a_parameter_in_a_path_becomes_its_name(string path, string values, string route)
    {
        Span<char> into = new char[128];
        into[..RouteTemplate.Write(path, values, into)].ToString().ShouldBe(route);
    }

    [TestMethod]
    public void A_route_that_does_not_fit_is_cut()
    {
        Span<char> into = new char[8];
        RouteTemplate.Write("/supplier/1234/offer", "[supplier, 1234]", into).ShouldBeLessThanOrEqualTo(8);
    }

    [TestMethod]
    [DataRow("instance void [shop] Shop.Cart+<Add>d__1::MoveNext()", "Shop.Cart+<Add>d__1::MoveNext")]
    [DataRow("nothing like a method", "nothing like a method")]
    public void A_catching_method_is_named_without_its_signature(string told, string name) => ExceptionEvents.MethodText(told).ToString().ShouldBe(name);

    [TestMethod]
    public void A_payload_that_ends_early_is_torn_and_stays_so()
    {
        var payload = new PayloadCursor([1, 0, 0, 0, 2], 8);
        payload.UInt32().ShouldBe(1u);
        payload.IsTorn.ShouldBeFalse();
        payload.UInt64().ShouldBe(0ul);
        payload.IsTorn.ShouldBeTrue();
        payload.Byte().ShouldBe((byte)0);
        payload.Text().IsEmpty.ShouldBeTrue();
    }
}
