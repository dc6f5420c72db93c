// An assembly with a method of the runtime's own async kind, which no compiler here makes, and a plain one.
using System.Reflection;
using System.Reflection.Emit;

namespace Scope.Hooks.Tests;

static class OddAssembly
{
    const MethodImplAttributes RuntimeAsync = (MethodImplAttributes)0x2000;

    /// <summary>Writes it.</summary>
    public static void Write(string path)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(Path.GetFileNameWithoutExtension(path)), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("Odd").DefineType("Odd", TypeAttributes.Public);
        Method(type, "Plain").SetImplementationFlags(MethodImplAttributes.IL);
        Method(type, "Later").SetImplementationFlags(RuntimeAsync);
        type.CreateType();
        assembly.Save(path);
    }

    static MethodBuilder Method(TypeBuilder type, string name)
    {
        var method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static, typeof(Task), []);
        method.GetILGenerator().Emit(OpCodes.Ldnull);
        method.GetILGenerator().Emit(OpCodes.Ret);
        return method;
    }
}
