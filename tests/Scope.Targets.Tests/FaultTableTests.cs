// The table of faults tells the truth about the code: each culprit is a method that is there.
using System.Reflection;
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Tests;

[TestClass]
public sealed class FaultTableTests
{
    [TestMethod]
    public void Each_culprit_is_a_method_of_the_shop()
    {
        foreach (var fault in FaultTable.All)
        {
            int dot = fault.Culprit.LastIndexOf('.');
            var type = typeof(FaultTable).Assembly.GetType(fault.Culprit[..dot]);
            type.ShouldNotBeNull(fault.Culprit);
            type.GetMethod(fault.Culprit[(dot + 1)..], BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .ShouldNotBeNull(fault.Culprit);
        }
    }

    [TestMethod]
    public void Names_and_culprits_are_unique()
    {
        FaultTable.All.Select(fault => fault.Name).ShouldBeUnique();
        FaultTable.All.Select(fault => fault.Culprit).ShouldBeUnique();
    }
}
