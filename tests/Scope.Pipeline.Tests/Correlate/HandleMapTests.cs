using Scope.Pipeline.Correlate;

namespace Scope.Pipeline.Tests.Correlate;

[TestClass]
public sealed class HandleMapTests
{
    [TestMethod]
    public void It_holds_what_a_dictionary_holds()
    {
        var random = new Random(5);
        var map = new HandleMap(16);
        var model = new Dictionary<int, int>();
        for (var i = 0; i < 200_000; i++)
        {
            var key = random.Next(1, 2000);
            var value = random.Next(3);
            if (random.Next(3) > 0)
            {
                map.Set(key, value);
                model[key] = value;
            }
            else
            {
                map.Remove(key, value);
                if (model.TryGetValue(key, out var had) && had == value) model.Remove(key);
            }
            var asked = random.Next(1, 2000);
            map[asked].ShouldBe(model.GetValueOrDefault(asked, -1));
            map.Count.ShouldBe(model.Count);
        }
        map[0].ShouldBe(-1);
    }
}
