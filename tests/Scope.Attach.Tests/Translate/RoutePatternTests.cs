// Routes as they are declared, in all their forms, and what they are called.
using Scope.Attach.Translate;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class RoutePatternTests
{
    [TestMethod]
    [DataRow("/ping", "/ping", "/ping")]
    [DataRow("", "/", "/")]
    [DataRow("/products/{id:int}", "/products/7", "/products/{id}")]
    [DataRow("api/orders/{id?}", "/api/orders", "/api/orders")]
    [DataRow("{controller=Home}/{action=Index}/{id?}", "/Orders/Get/5", "/Orders/Get/{id}")]
    [DataRow("{controller=Home}/{action=Index}/{id?}", "/", "/")]
    [DataRow("/files/{**path}", "/files/a/b/c", "/files/{path}")]
    [DataRow("/page/{n=1}", "/page/3", "/page/{n}")]
    [DataRow("/y/{year:range(1900,2100)}-{month}", "/y/2026-11", "/y/{year}-{month}")]
    [DataRow(@"/ssn/{number:regex(^\d{{3}}/\d{{2}}$)}/x", "/ssn/123/x", "/ssn/{number}/x")]
    [DataRow("/files/{name}.{ext}", "/files/a.txt", "/files/{name}.{ext}")]
    [DataRow("/broken/{", "/broken/x", "/broken/{}")]
    public void A_declared_route_is_called_as_people_write_it(string declared, string path, string name)
    {
        Span<char> into = stackalloc char[256];
        into[..RoutePattern.Write(declared, path, into)].ToString().ShouldBe(name);
    }

    [TestMethod]
    public void Any_text_at_all_ends_within_its_room()
    {
        const string Letters = "{}{}/:*?=a(.-";
        var random = new Random(5);
        var into = new char[24];
        for (var round = 0; round < 20_000; round++)
        {
            var declared = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)]));
            var path = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Letters[random.Next(Letters.Length)]));
            RoutePattern.Write(declared, path, into).ShouldBeLessThanOrEqualTo(into.Length);
        }
    }
}
