// This process as a target: its loaded modules, read from their files as those of any other.
using Scope.Code.Probing;
using Scope.Events;

namespace Scope.Code.Tests.Probing;

static class LoadedSample
{
    public const string Namespace = "Scope.Code.Tests.Probing.Sample";

    public static LoadedCode Open()
    {
        var target = new TargetId(1);
        var modules = AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic && a.Location.Length > 0)
            .Select((a, i) => new ModuleInfo(target, (ulong)i + 1, a.Location, false)).ToList();
        return new(modules, new(Environment.ProcessId, "test", "", "", "", "", EventTime.Min, 0, "Scope.Code.Tests"), new CodeFiles(new TargetFiles(_ => "")));
    }

    public static MethodsFound Find(this LoadedCode code, string query)
    {
        MethodQuery.TryParse(query, out var parsed, out var mistake).ShouldBeTrue(mistake?.ToString());
        return new MethodSearch(code).Find(parsed!);
    }

    public static MethodFrame FrameOf(this LoadedCode code, string query) => new(code, code.Find(query).Methods.ShouldHaveSingleItem());
}
