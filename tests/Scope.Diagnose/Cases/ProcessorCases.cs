// What is true of the scenes that are about processor time.
namespace Scope.Diagnose;

static class ProcessorCases
{
    public static readonly Case[] All =
    [
        new("hot-permissions", "permissions", ["cpu-hot-method"], ["Scenes.Security.PermissionResolver.IsShadowed", "Scenes.Security.PermissionResolver.Effective"],
            [new("GET /permissions/{n}", 400, 12)], "each grant is compared with all before it; the inner loop may be inlined into Effective"),
        new("hot-duplicates", "duplicate-finder", ["cpu-hot-method"], ["Scenes.Crm.DuplicateFinder.Distance", "Scenes.Crm.DuplicateFinder.CountSimilar"],
            [new("GET /health", 20)], "a background service compares every name with every other, all the time; the distance may be inlined"),
        new("spin-ticks", "tick-reader", ["spin-wait"], ["Scenes.Pricing.TickReader.WaitForTick"],
            [new("POST /ticks/{n}", 10), new("GET /health", 5)], "a thread spins until a tick comes"),
        new("spin-gate", "order-book", ["spin-wait"], ["Scenes.Pricing.BookGate.Enter", "Scenes.Pricing.OrderBook.Place"],
            [new("POST /book/{n}", 120, 4), new("GET /health", 5)], "a hand-made spin lock is held for ten milliseconds; Enter may be inlined into Place"),
        new("regex-name", "signup-name", ["regex-backtracking"], ["Scenes.Signup.NameValidator.IsValid"],
            [new("""POST /signup {"name":"abcdefghijklmn{n}"}""", 3, 4), new("""POST /signup {"name":"Ada Lovelace"}""", 20)], "nested repetition: a digit at the end of a long name makes the pattern try every split"),
        new("regex-compiled", "body-log", ["regex-backtracking"], ["Scenes.Security.Redactor.Mask"],
            [new("POST /payments card {n} no 411111111111111111111111", 3, 4)], "the same in a compiled pattern, in a middleware: its frames are a dynamic method's"),
        new("jit-expressions", "article-filter", ["jit-storm"], ["Scenes.Search.FilterBuilder.Build"],
            [new("GET /articles/{n}", 25, 8)], "six expression trees are compiled for each request"),
        new("jit-regex", "phone-pattern", ["jit-storm"], ["Scenes.Signup.PhoneValidator.IsValid"],
            [new("GET /phones/{n}", 40, 8)], "a compiled regular expression is made for each request"),
        new("cold-start", "rule-book", ["cold-start"], ["Scenes.Taxes.RuleBook.Load", "Scenes.Taxes.RuleBook.Seal"],
            [new("GET /rules/{n}", 20)], "seconds of hashing before the first request can be served; Load calls Seal, which may be inlined") { FromStart = true },
    ];
}
