// One portable PDB: from a method's token and IL offset to the line in the source. Found embedded in the module or beside
// it, and only taken when its id is the one that the module was built with.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Scope.Events;

namespace Scope.Code;

/// <summary>The lines of one module's methods.</summary>
public sealed class PortablePdb : IDisposable
{
    const int MethodTable = 0x06;

    readonly MetadataReaderProvider _provider;
    readonly MetadataReader _reader;

    PortablePdb(MetadataReaderProvider provider) => (_provider, _reader) = (provider, provider.GetMetadataReader());

    /// <summary>The line of an IL offset in a method; the method's first line when the offset is not known (-1); null when the PDB knows none.</summary>
    public SourceLine? LineOf(int methodToken, int ilOffset = -1)
    {
        if (methodToken >> 24 != MethodTable) return null;
        var row = methodToken & 0xFFFFFF;
        if (row == 0 || row > _reader.GetTableRowCount(TableIndex.MethodDebugInformation)) return null;
        try
        {
            var method = MetadataTokens.MethodDefinitionHandle(row);
            return LineIn(method.ToDebugInformationHandle(), ilOffset) ?? (BodyOf(method) is { } body ? LineIn(body, -1) : null);
        }
        catch (BadImageFormatException)
        {
            return null; // A damaged row tells no line; the rest of the file may still.
        }
    }

    /// <summary>Where the code of a source line begins, one place for each method that has code of it; of the next line that has some, when this one has none in a method that holds it.</summary>
    /// <param name="file">The file's name, or the end of its path.</param>
    /// <param name="line">The line, from 1.</param>
    public IReadOnlyList<(MethodDefinitionHandle Method, int IlOffset, SourceLine Line)> PlacesOf(string file, int line)
    {
        var found = new List<(MethodDefinitionHandle, int, SourceLine)>();
        foreach (var document in _reader.Documents)
        {
            var path = _reader.GetString(_reader.GetDocument(document).Name);
            if (!IsFile(path, file)) continue;
            foreach (var method in _reader.MethodDebugInformation)
                if (PlaceIn(method, document, line) is { } point)
                    found.Add((method.ToDefinitionHandle(), point.Offset, new(path, point.StartLine)));
        }
        // Who wrote the line itself comes before who only goes on around it, as a method does around its lambda.
        return found.Exists(at => at.Item3.Line == line) ? found.FindAll(at => at.Item3.Line == line) : [.. found.OrderBy(at => at.Item3.Line).Take(1)];
    }

    /// <summary>The variables of a method that have a name at a place in its IL, by their slots.</summary>
    public IReadOnlyDictionary<string, int> LocalsAt(int methodToken, int ilOffset)
    {
        var locals = new Dictionary<string, int>();
        foreach (var handle in _reader.GetLocalScopes(MetadataTokens.MethodDefinitionHandle(methodToken & 0xFFFFFF)))
        {
            var scope = _reader.GetLocalScope(handle);
            if (ilOffset < scope.StartOffset || ilOffset >= scope.EndOffset) continue;
            foreach (var variable in scope.GetLocalVariables().Select(_reader.GetLocalVariable))
                if ((variable.Attributes & LocalVariableAttributes.DebuggerHidden) == 0) locals[_reader.GetString(variable.Name)] = variable.Index;
        }
        return locals;
    }

    /// <summary>Opens the PDB of a module's file; null when there is none that fits, with the reason.</summary>
    public static PortablePdb? Open(string modulePath, out string problem)
    {
        try
        {
            if (new FileInfo(modulePath).Length is var length && length is <= 0 or > Limits.TargetImageBytes)
            {
                problem = $"{modulePath} has {length} bytes; modules of 1 to {Limits.TargetImageBytes} are read";
                return null;
            }
            using var module = new FileStream(modulePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Open(module, modulePath, out problem);
        }
        catch (Exception e) when (ModuleCode.IsBroken(e))
        {
            problem = $"no source lines for {modulePath}: {e.Message}";
            return null;
        }
    }

    /// <summary>Opens the PDB of a module that is read from elsewhere, such as out of a program.</summary>
    /// <param name="module">The module.</param>
    /// <param name="modulePath">Where it would be a file: the PDB is looked for in it and beside that.</param>
    /// <param name="problem">Why there is none.</param>
    public static PortablePdb? Open(Stream module, string modulePath, out string problem)
    {
        try
        {
            problem = $"{modulePath} has no portable PDB in it or beside it";
            if (BloatedPdb(module, modulePath) is { } bloated)
            {
                problem = bloated;
                return null;
            }
            using var image = new PEReader(module, PEStreamOptions.LeaveOpen);
            return image.TryOpenAssociatedPortablePdb(modulePath, OpenBeside, out var provider, out _) && provider is not null ? new(provider) : null;
        }
        catch (Exception e) when (ModuleCode.IsBroken(e))
        {
            problem = $"no source lines for {modulePath}: {e.Message}";
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();

    static Stream? OpenBeside(string path) =>
        TargetFiles.Read(path, Limits.TargetImageBytes) is { IsRead: true } content ? new MemoryStream(content.Bytes!, writable: false) : null;

    /// <summary>An embedded PDB says itself how large it unpacks to, and the reader believes it: look before it does.</summary>
    static string? BloatedPdb(Stream stream, string modulePath)
    {
        using var module = new PEReader(stream, PEStreamOptions.LeaveOpen);
        Span<byte> head = stackalloc byte[8]; // "MPDB", then the unpacked size.
        foreach (var entry in module.ReadDebugDirectory())
        {
            if (entry.Type != DebugDirectoryEntryType.EmbeddedPortablePdb) continue;
            stream.Position = entry.DataPointer;
            if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return $"{modulePath} ends inside its embedded PDB";
            var unpacked = BitConverter.ToInt32(head[4..]);
            if (unpacked is < 0 or > Limits.TargetImageBytes) return $"{modulePath}: its embedded PDB claims {unpacked} bytes; at most {Limits.TargetImageBytes} are read";
        }
        stream.Position = 0;
        return null;
    }

    static bool IsFile(string path, string file) =>
        path.EndsWith(file, StringComparison.OrdinalIgnoreCase) && (path.Length == file.Length || path[^(file.Length + 1)] is '/' or '\\');

    SequencePoint? PlaceIn(MethodDebugInformationHandle method, DocumentHandle document, int line)
    {
        var (first, last, best) = (int.MaxValue, 0, default(SequencePoint?));
        foreach (var point in _reader.GetMethodDebugInformation(method).GetSequencePoints())
        {
            if (point.IsHidden || point.Document != document) continue;
            (first, last) = (Math.Min(first, point.StartLine), Math.Max(last, point.EndLine));
            if (point.StartLine >= line && (best is not { } known || point.StartLine < known.StartLine)) best = point;
        }
        return first <= line && line <= last ? best : null;
    }

    SourceLine? LineIn(MethodDebugInformationHandle handle, int ilOffset)
    {
        var debug = _reader.GetMethodDebugInformation(handle);
        SequencePoint? best = null;
        foreach (var point in debug.GetSequencePoints())
        {
            if (point.IsHidden) continue;
            if (best is not null && point.Offset > ilOffset) break;
            best = point;
        }
        if (best is not { } found) return null;
        var document = found.Document.IsNil ? debug.Document : found.Document;
        return document.IsNil ? null : new(_reader.GetString(_reader.GetDocument(document).Name), found.StartLine);
    }

    /// <summary>The state machine's MoveNext of an async method or iterator, which holds the lines that the method itself has not.</summary>
    MethodDebugInformationHandle? BodyOf(MethodDefinitionHandle kickoff)
    {
        foreach (var handle in _reader.MethodDebugInformation)
            if (_reader.GetMethodDebugInformation(handle).GetStateMachineKickoffMethod() == kickoff)
                return handle;
        return null;
    }
}
