// The database: statements that are slow, and statements that are too many.
using Scope.Events;
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class SqlTests
{
    [TestMethod]
    public void Queries_in_a_loop_are_n_plus_one_of_the_method_that_runs_them()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteReader", "Microsoft.EntityFrameworkCore.Query::Next", "Shop.Orders+<LoadOneByOneAsync>d__4::MoveNext");
        story.Traffic("GET /customers/{id}/orders", 20, 20, 150, (work, at) =>
        {
            for (var i = 0; i < 20; i++) work.Sql("SELECT * FROM lines WHERE order_id = $1", at + 5 + i * 6, 5);
            work.Running(stack, at, at + 10);
        });
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("n-plus-one-queries", "Shop.Orders.LoadOneByOneAsync");
        findings[0].Summary.ShouldContain("20 times");
    }

    [TestMethod]
    public void The_processor_time_of_a_loop_of_queries_is_the_loops_doing()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteReader", "Shop.Orders+<LoadOneByOneAsync>d__4::MoveNext");
        for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), stack, 0, 20_000, true);
        story.Traffic("GET /customers/{id}/orders", 20, 20, 150, (work, at) =>
        {
            for (var i = 0; i < 20; i++) work.Sql("SELECT * FROM lines WHERE order_id = $1", at + 5 + i * 6, 5);
            work.Running(stack, at, at + 100);
        });
        story.Diagnosed().ShouldHaveSingleItem().ShouldBe("n-plus-one-queries", "Shop.Orders.LoadOneByOneAsync");
    }

    [TestMethod]
    public void A_slow_statement_is_named_with_the_method_that_runs_it()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteScalarAsync", "Shop.Balance+<SumAsync>d__2::MoveNext");
        story.Traffic("GET /balance", 10, 20, 320, (work, at) =>
        {
            work.Sql("SELECT sum(cents) FROM orders", at + 5, 280);
            if ((int)at % 1000 == 0) work.Running(stack, at, at + 10);
        });
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("slow-sql", "Shop.Balance.SumAsync");
        findings[0].Also[0].ShouldContain("sum(cents)");
    }

    [TestMethod]
    public void Statements_that_had_not_ended_are_no_others_to_compare_with()
    {
        var story = Healthy();
        story.Traffic("POST /debit", 10, 20, 320, (work, at) => work.Sql("update balances set cents = ?", at + 5, 280));
        story.Request("POST /debit", 19_400, 590, work => { for (var i = 0; i < 200; i++) work.Unended(EventKind.Sql, "postgresql", 19_400, 19_980); });
        First(story).ShouldBe("slow-sql", "POST /debit");
    }

    [TestMethod]
    public void Many_queries_in_a_loop_are_told_though_the_database_is_next_door_and_a_few_are_not()
    {
        Looping(25).Severity.ShouldBe(Severity.Warning);
        Looping(25).ShouldBe("n-plus-one-queries", "GET /catalog/{page}");
        Story(6).Diagnosed().ShouldBeEmpty();

        static Finding Looping(int queries) => First(Story(queries));
        static Story Story(int queries) => new Story().Traffic("GET /catalog/{page}", 20, 20, queries * 0.2 + 1, (work, at) =>
        {
            for (var i = 0; i < queries; i++) work.Sql("select cents from prices where product = ?", at + i * 0.17, 0.16);
        });
    }

    [TestMethod]
    public void Threads_that_stand_in_the_pool_of_connections_tell_that_it_is_used_up()
    {
        var story = Healthy();
        var waiting = story.Stack("System.Threading.ManualResetEventSlim::Wait", "Npgsql.PoolingDataSource::Get", "Npgsql.NpgsqlConnection::Open", "Shop.Stock::Read", Mvc);
        for (var i = 0; i < 4; i++) story.Samples(story.Thread(60 + i), waiting, 0, 20_000, running: false, each: 100);
        Starving(story);
        story.Diagnosed()[0].ShouldBe("connection-pool-exhaustion", "Shop.Stock.Read");
    }

    [TestMethod]
    public void A_join_without_its_condition_is_told_before_it_is_very_slow()
    {
        var story = Healthy();
        story.Traffic("GET /search", 10, 20, 30, (work, at) => work.Sql("select count(*) from order_lines l, orders o where l.\"Product\" = ?", at + 1, 25));
        var finding = First(story);
        finding.ShouldBe("slow-sql", "GET /search");
        finding.Advice.ShouldContain("order_lines and orders without a condition");
    }

    [TestMethod]
    public void A_quick_statement_with_a_proper_join_is_fine()
    {
        var story = Healthy();
        story.Traffic("GET /search", 10, 20, 30, (work, at) => work.Sql("select count(*) from order_lines l, orders o where o.id = l.order_id and l.\"Product\" = ?", at + 1, 25));
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Without_any_stack_of_it_a_slow_statement_is_blamed_on_its_route_and_says_so()
    {
        var story = Healthy();
        story.Traffic("GET /balance", 10, 20, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        var finding = First(story);
        finding.ShouldBe("slow-sql", "GET /balance");
        finding.Reasoning.ShouldContain("route is named");
    }
}
