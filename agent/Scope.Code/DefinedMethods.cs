// The methods that a module defines, read from its file: for a method that is known by its name and has no frame, because
// the runtime inlined it or we came after it was last seen.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Scope.Events;

namespace Scope.Code;

/// <summary>Finds methods in the files of modules.</summary>
public static class DefinedMethods
{
    /// <summary>The method of a class by their simple names; null when the module's file has no such one, or cannot be read.</summary>
    /// <param name="path">The module's file as we see it.</param>
    /// <param name="module">The module's handle, for the answer.</param>
    /// <param name="type">The class, without its namespace.</param>
    /// <param name="isWanted">Whether a method's name is one that is looked for.</param>
    public static MethodInfo? Find(string path, ModuleId module, string type, Func<string, bool> isWanted)
    {
        if (TargetFiles.Read(path, Limits.TargetImageBytes) is not { IsRead: true } content) return null;
        try
        {
            using var image = new PEReader(new MemoryStream(content.Bytes!, writable: false));
            if (!image.HasMetadata) return null;
            var reader = image.GetMetadataReader();
            foreach (var handle in reader.TypeDefinitions)
            {
                var defined = reader.GetTypeDefinition(handle);
                if (reader.StringComparer.Equals(defined.Name, type) && MethodOf(reader, defined, module, isWanted) is { } found) return found;
            }
            return null;
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or OverflowException)
        {
            return null; // A damaged file names no method.
        }
    }

    static MethodInfo? MethodOf(MetadataReader reader, TypeDefinition type, ModuleId module, Func<string, bool> isWanted)
    {
        foreach (var handle in type.GetMethods())
        {
            var name = reader.GetString(reader.GetMethodDefinition(handle).Name);
            if (!isWanted(name)) continue;
            var space = reader.GetString(type.Namespace);
            var simple = reader.GetString(type.Name);
            return new(module, MetadataTokens.GetToken(handle), space.Length == 0 ? simple : $"{space}.{simple}", name, "");
        }
        return null;
    }
}
