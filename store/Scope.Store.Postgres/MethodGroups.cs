// Which methods a batch holds, for the index: a number for eight with consecutive ids, negative. Methods get their ids as they are
// first seen, so those of one piece of code are near each other; an index entry for each took more than the events did where
// much is compiled. Batches of before have the methods themselves, which are positive.
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Groups of methods.</summary>
static class MethodGroups
{
    const int Size = 8;

    /// <summary>The group of a method.</summary>
    public static int Of(MethodId method) => -1 - method.Value / Size;

    /// <summary>As SQL: whether a batch may hold one of some methods.</summary>
    public static string Condition(IEnumerable<MethodId> methods) => $"methods && '{{{string.Join(',', methods.SelectMany(m => (int[])[m.Value, Of(m)]).Distinct())}}}'::int[]";
}
