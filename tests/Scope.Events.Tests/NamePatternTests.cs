namespace Scope.Events.Tests;

[TestClass]
public sealed class NamePatternTests
{
    [TestMethod]
    [DataRow("Orders.*", "Shop.Orders.Take", true)]
    [DataRow("Orders.*", "Shop.Reorders.Take", false)]
    [DataRow("Orders.*", "orders.take", true)]
    [DataRow("*Orders.*", "Shop.Reorders.Take", true)]
    [DataRow("Outer+In*", "Shop.Outer+Inner.Take", true)]
    [DataRow("In*.Take", "Shop.Outer+Inner.Take", true)]
    [DataRow("T?ke", "Shop.Orders.Take", true)]
    [DataRow("T?ke", "Shop.Orders.Taake", false)]
    [DataRow("*a*b*c", "xxaxxbxxbxxc", true)]
    [DataRow("*a*b*c", "xxaxxbxxbxx", false)]
    [DataRow("*", "", true)]
    [DataRow("?", "", false)]
    [DataRow("take", "Shop.Orders.Take", true)]
    [DataRow("Orders.Take", "Shop.Orders.Take", true)]
    [DataRow("", "anything", true)]
    [DataRow("über*", "ÜBERSICHT", true)]
    public void A_name_fits_or_not(string pattern, string name, bool fits) => new NamePattern(pattern).Matches(name).ShouldBe(fits);

    [TestMethod]
    public void Many_stars_on_a_long_name_end_soon() =>
        new NamePattern(string.Concat(Enumerable.Repeat("*a", 50)) + "b").Matches(new string('a', 4000)).ShouldBeFalse();
}
