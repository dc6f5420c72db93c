// The chains of the hot index: for each of these keys, every event knows how far back the previous event with the same
// key is. The numbers are places in an event's row of links.
namespace Scope.Store.Hot;

/// <summary>By what events are chained.</summary>
enum Chain
{
    Thread = 0,
    Span = 1,
    Flow = 2,
    Method = 3,
    CodeNode = 4,
    Kind = 5,
    Target = 6,
    Name = 7,
}

/// <summary>About all chains.</summary>
static class Chains
{
    /// <summary>How many there are: eight links of four bytes are half a cache line, so a row of links never lies across two.</summary>
    public const int Count = 8;
}
