// Methods that leave no frame, because the runtime inlines them, makes instructions of them or jumps out of them: this file's
// own code plays the service, and its IL tells who it was.
using System.Reflection;
using System.Text.RegularExpressions;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class HiddenFrameTests
{
    const string Route = "GET /prices", Mvc = "dynamicClass::lambda_method12";

    [TestMethod]
    public void A_loop_of_hints_to_the_processor_is_a_wait_though_no_frame_shows_it()
    {
        var finding = Busy([], nameof(Service.WaitForTick)).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("spin-wait", Named(nameof(Service.WaitForTick))));
    }

    [TestMethod]
    public void A_hand_made_lock_that_was_inlined_is_told_by_its_il()
    {
        var finding = Busy([], nameof(Service.Place)).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("spin-wait", Named(nameof(Service.Enter))));
        finding.Reasoning.ShouldContain("IL");
    }

    [TestMethod]
    [DataRow(nameof(Service.Sum))]
    [DataRow(nameof(Service.CountUp))]
    public void A_loop_that_does_something_is_a_hot_method(string method) =>
        Busy([], method).Diagnosed().ShouldHaveSingleItem().Cause.ShouldBe("cpu-hot-method");

    [TestMethod]
    public void Who_calls_a_library_and_returns_what_it_returns_is_found_below_the_method_with_the_frame()
    {
        var finding = Busy(["System.Text.RegularExpressions.Regex::RunSingleMatch"], nameof(Service.Check)).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("regex-backtracking", Named(nameof(Service.IsPhone))));
        finding.Reasoning.ShouldContain("found by its IL");
    }

    [TestMethod]
    public void Who_calls_the_library_itself_stays_the_culprit() =>
        Busy(["System.Text.RegularExpressions.Regex::RunSingleMatch"], nameof(Service.CheckItself)).Diagnosed()[0].Culprit.ShouldBe(Named(nameof(Service.CheckItself)));

    [TestMethod]
    public void Of_two_methods_that_could_have_called_it_none_is_picked() =>
        Busy(["System.Text.RegularExpressions.Regex::RunSingleMatch"], nameof(Service.CheckTwice)).Diagnosed()[0].Culprit.ShouldBe(Named(nameof(Service.CheckTwice)));

    [TestMethod]
    public void Expressions_made_for_each_use_are_code_that_is_made_and_no_slow_matching()
    {
        var story = Busy(["System.Text.RegularExpressions.Regex::RunSingleMatch"], nameof(Service.Check));
        for (var i = 0; i < 200; i++) story.Compiled($"dynamicClass::Regex{i}_Scan", i * 100);
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("jit-storm", Named(nameof(Service.IsPhone))));
    }

    static string Named(string method) => typeof(Service).FullName!.Replace('+', '.') + "." + method;

    static Story Busy(string[] above, string method)
    {
        var story = new Story();
        var stack = story.RealStack(above, typeof(Service).GetMethod(method, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)!);
        return story.Traffic(Route, 20, 20, 90, (work, at) => work.Running(stack, at, at + 80));
    }

    /// <summary>What the stories are about.</summary>
    sealed class Service
    {
        readonly int[] _prices = new int[100];
        int _taken;

        public bool WaitForTick(CancellationToken stop)
        {
            while (Volatile.Read(ref _taken) == 0 && !stop.IsCancellationRequested) Thread.SpinWait(20);
            return _taken == 1;
        }

        public void Enter()
        {
            while (Interlocked.CompareExchange(ref _taken, 1, 0) != 0) { }
        }

        public int Place(int order)
        {
            Enter();
            Thread.Sleep(order);
            return _taken;
        }

        public int Sum()
        {
            var sum = 0;
            foreach (var price in _prices) sum += price;
            return sum;
        }

        public void CountUp()
        {
            int old, next;
            do
            {
                old = _taken;
                next = Weight(old.ToString());
            }
            while (Interlocked.CompareExchange(ref _taken, next, old) != old);
        }

        public bool IsPhone(string text) => new Regex("^[0-9 ]+$").IsMatch(text);

        public bool IsName(string text) => new Regex("^[a-z ]+$").IsMatch(text);

        public bool Check(string text) => text.Length > 3 && IsPhone(text) && Weight(text) > 0;

        public bool CheckTwice(string text) => IsPhone(text) && IsName(text);

        public bool CheckItself(string text) => Regex.IsMatch(text, "[0-9]+") && Weight(text) > 0;

        int Weight(string text) => text.Length + _prices[0];
    }
}
