// Which segments of a path are keys and which are words.
using Scope.Insight.Views;

namespace Scope.Insight.Tests;

[TestClass]
public class RouteNamesTests
{
    [TestMethod]
    [DataRow("GET /orders/4711", "GET /orders/{id}")]
    [DataRow("GET /orders/{order}", "GET /orders/{order}")]
    [DataRow("GET /api/v2/customers/17/orders?page=3", "GET /api/v2/customers/{id}/orders")]
    [DataRow("GET /files/6f9619ff-8b86-d011-b42d-00cf4fc964ff", "GET /files/{id}")]
    [DataRow("GET /objects/507f1f77bcf86cd799439011", "GET /objects/{id}")]
    [DataRow("GET /orders/ORD-20931", "GET /orders/{id}")]
    [DataRow("GET /signin-oauth2", "GET /signin-oauth2")]
    [DataRow("GET /decade/facade", "GET /decade/facade")]
    [DataRow("GET /", "GET /")]
    [DataRow("request", "request")]
    public void A_path_becomes_its_route(string path, string route) => RouteNames.RouteOf(path).ShouldBe(route);
}
