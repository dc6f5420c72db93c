// Methods of the framework, compiled on demand: what a rewritten body is worth is what the compiler says of it.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Scope.Targets.Shapes;

static class Framework
{
    /// <summary>Has every method of an assembly compiled whose token is in the range; says how many were, and which were no valid program.</summary>
    public static string Compile(string assembly, int from, int to)
    {
        int compiled = 0;
        var invalid = new List<string>();
        foreach (var method in Methods(Assembly.Load(assembly)).Where(m => m.MetadataToken >= from && m.MetadataToken <= to && !m.IsAbstract && !m.ContainsGenericParameters && m.DeclaringType?.ContainsGenericParameters != true))
        {
            try
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
                compiled++;
            }
            catch (InvalidProgramException)
            {
                invalid.Add($"{method.DeclaringType}.{method.Name}");
            }
            catch (Exception)
            {
                // Made for another platform, or by the runtime: it does not compile unprobed either.
            }
        }
        return $"{compiled} {string.Join(",", invalid)}";
    }

    /// <summary>Loads an assembly from a file, into a context that may be unloaded or not.</summary>
    public static string LoadFrom(string path, bool isCollectible)
    {
        Kept.Add(new AssemblyLoadContext(path, isCollectible).LoadFromAssemblyPath(path));
        return "";
    }

    static readonly List<Assembly> Kept = [];

    static IEnumerable<MethodBase> Methods(Assembly assembly)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return assembly.GetTypes().SelectMany(t => t.GetMethods(Declared).Cast<MethodBase>().Concat(t.GetConstructors(Declared)));
    }
}
