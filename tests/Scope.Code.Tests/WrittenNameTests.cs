// The names that compilers and the runtime make up, each against the name that stands in the source.
namespace Scope.Code.Tests;

[TestClass]
public class WrittenNameTests
{
    [TestMethod]
    [DataRow("Shop.Orders.OrderService", "Place", "Shop.Orders.OrderService.Place", BodyKind.Method)]
    [DataRow("Shop.OrderService+<PlaceAsync>d__5", "MoveNext", "Shop.OrderService.PlaceAsync", BodyKind.StateMachine)]
    [DataRow("Shop.Repository`1+<FindAsync>d__2[System.__Canon]", "MoveNext", "Shop.Repository.FindAsync", BodyKind.StateMachine)]
    [DataRow("Shop.OrderService+<>c__DisplayClass3_0", "<Place>b__0", "Shop.OrderService.Place", BodyKind.Lambda)]
    [DataRow("Shop.OrderService+<>c", "<Place>b__3_1", "Shop.OrderService.Place", BodyKind.Lambda)]
    [DataRow("Shop.OrderService+<>c__4`1[System.__Canon]", "<Map>b__4_0", "Shop.OrderService.Map", BodyKind.Lambda)]
    [DataRow("Shop.OrderService+<>c__DisplayClass3_0+<<Place>b__0>d", "MoveNext", "Shop.OrderService.Place", BodyKind.Lambda)]
    [DataRow("Shop.OrderService", "<Place>g__Retry|5_0", "Shop.OrderService.Place.Retry", BodyKind.LocalFunction)]
    [DataRow("Shop.OrderService+<<Place>g__Retry|5_0>d", "MoveNext", "Shop.OrderService.Place.Retry", BodyKind.LocalFunction)]
    [DataRow("Program", "<Main>$", "Program.Main", BodyKind.Method)]
    [DataRow("Program+<<Main>$>d__0", "MoveNext", "Program.Main", BodyKind.StateMachine)]
    [DataRow("Program+<>c", "<<Main>$>b__0_3", "Program.Main", BodyKind.Lambda)]
    [DataRow("Program+<>c+<<<Main>$>b__0_3>d", "MoveNext", "Program.Main", BodyKind.Lambda)]
    [DataRow("Program", "<<Main>$>g__Burn|0_7", "Program.Main.Burn", BodyKind.LocalFunction)]
    [DataRow("Program", "<Main>", "Program.Main", BodyKind.Method)]
    [DataRow("Shop.Outer+Inner", "Do", "Shop.Outer.Inner.Do", BodyKind.Method)]
    [DataRow("Shop.Outer`2+Inner`1[System.Int32,Shop.A+B]", "Do[System.__Canon]", "Shop.Outer.Inner.Do", BodyKind.Method)]
    [DataRow("Shop.Order", "get_Total", "Shop.Order.Total", BodyKind.Method)]
    [DataRow("Shop.Order", ".ctor", "Shop.Order.Order", BodyKind.Method)]
    [DataRow("Shop.Order", ".cctor", "Shop.Order..cctor", BodyKind.Method)]
    [DataRow("Shop.Order", "Shop.IPriced<Shop.Money>.Price", "Shop.Order.Price", BodyKind.Method)]
    [DataRow("Shop.Order", "System.Collections.IEnumerable.GetEnumerator", "Shop.Order.GetEnumerator", BodyKind.Method)]
    [DataRow("<Program>F1A2B__Secret", "Do", "Secret.Do", BodyKind.Method)]
    [DataRow("<>f__AnonymousType0`2", "ToString", "<>f__AnonymousType0.ToString", BodyKind.Method)]
    [DataRow("", "memcpy", "memcpy", BodyKind.Method)]
    public void A_made_up_name_becomes_the_written_one(string type, string name, string expected, BodyKind kind)
    {
        var written = WrittenName.Of(type, name);
        written.Full.ShouldBe(expected);
        written.Kind.ShouldBe(kind);
    }

    [TestMethod]
    public void The_compiler_of_this_machine_makes_names_that_are_understood()
    {
        Sample.Frames().ShouldAllBe(f => f.StartsWith("Scope.Code.Tests.Sample."));
        Sample.Frames().ShouldBe([
            "Scope.Code.Tests.Sample.Lambda", "Scope.Code.Tests.Sample.Local.Inner", "Scope.Code.Tests.Sample.Iterator",
            "Scope.Code.Tests.Sample.Async", "Scope.Code.Tests.Sample.AsyncLambda", "Scope.Code.Tests.Sample.Captured"]);
    }

    [TestMethod]
    public void No_text_at_all_breaks_it()
    {
        var random = new Random(7);
        const string letters = "<>+.`[]|$_bgdcMain0";
        for (var i = 0; i < 20_000; i++)
        {
            string Text() => new([.. Enumerable.Range(0, random.Next(24)).Select(_ => letters[random.Next(letters.Length)])]);
            WrittenName.Of(Text(), Text()).Full.ShouldNotBeNull();
        }
    }
}

/// <summary>Each sort of body that the compiler moves elsewhere, telling its own frame.</summary>
static class Sample
{
    public static string[] Frames() => [Lambda(), Local(), Iterator().First(), Async().GetAwaiter().GetResult(), AsyncLambda(), Captured(1)];

    static string Me()
    {
        var method = new System.Diagnostics.StackTrace(1).GetFrame(0)!.GetMethod()!;
        return WrittenName.Of(method.DeclaringType!.FullName!, method.Name).Full;
    }

    static string Lambda() => ((Func<string>)(() => Me()))();

    static string Local()
    {
        return Inner();
        static string Inner() => Me();
    }

    static IEnumerable<string> Iterator()
    {
        yield return Me();
    }

    static async Task<string> Async()
    {
        await Task.Yield();
        return Me();
    }

    static string AsyncLambda()
    {
        Func<Task<string>> run = async () =>
        {
            await Task.Yield();
            return Me();
        };
        return run().GetAwaiter().GetResult();
    }

    static string Captured(int number)
    {
        Func<string> run = () => number > 0 ? Me() : "";
        return run();
    }
}
