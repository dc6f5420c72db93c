// What a stack says, worked out once for each node of the stack tree. A node's facts follow from its caller's and its own
// frame: an application frame begins anew, the frames of the runtime and of libraries above it say what it called and
// waits for, the one nearest to the application counting most (Task.Result tells more than the event that it waits on).
using Scope.Code;
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>What is known of a stack.</summary>
/// <param name="App">The node of its deepest application frame; none when it has none.</param>
/// <param name="Wait">What the application waits for in the frames above that, when <see cref="FrameMark.Blocks"/> is marked.</param>
/// <param name="Callee">What sort of library the application called there.</param>
/// <param name="Marks">What else its frames say.</param>
internal readonly record struct StackFact(StackId App, Wait Wait, Callee Callee, FrameMark Marks)
{
    /// <summary>Whether its thread stands still.</summary>
    public bool IsBlocked => (Marks & FrameMark.Blocks) != 0;

    /// <summary>Whether a controller's action is called on it above the application's last frame.</summary>
    public bool CallsAction => (Marks & FrameMark.CallsAction) != 0;

    /// <summary>Whether its thread is a pool thread that has a work item.</summary>
    public bool IsBusyWorker => (Marks & FrameMark.Worker) != 0 && !(IsBlocked && Wait == Wait.Idle);
}

/// <summary>The facts of a recording's stacks, by node.</summary>
internal sealed class StackFacts(Catalog catalog, CodePlaces code)
{
    readonly List<StackId> _path = [];
    readonly Dictionary<MethodId, MethodId> _asWritten = [];
    readonly Dictionary<string, MethodId> _byName = [];
    StackFact[] _facts = [];
    bool[] _known = [];
    FrameMeaning?[] _meanings = new FrameMeaning?[1024];

    /// <summary>What a stack says.</summary>
    public StackFact Of(StackId stack)
    {
        if (stack.IsNone) return default;
        if (stack.Value >= _known.Length)
        {
            var size = Math.Max(catalog.Stacks.LastId, stack.Value) + 1;
            Array.Resize(ref _facts, size);
            Array.Resize(ref _known, size);
        }
        _path.Clear();
        var at = stack;
        while (!at.IsNone && !_known[at.Value] && catalog.Stacks.TryGet(at, out var node))
        {
            _path.Add(at);
            at = node.Caller;
        }
        for (var i = _path.Count - 1; i >= 0; i--) Learn(_path[i]);
        return _facts[stack.Value];
    }

    /// <summary>The method of a node's own frame. An async method and its state machine are one method as written, and one here.</summary>
    public MethodId MethodOf(StackId node) => catalog.Stacks.TryGet(node, out var frame) ? AsWritten(catalog.CodeNodes.MethodOf(frame.Frame)) : default;

    /// <summary>The deepest application frame's method; none when the stack has none.</summary>
    public MethodId AppMethodOf(StackId stack) => MethodOf(Of(stack).App);

    /// <summary>The application's methods on a stack, the deepest first, each once in a row.</summary>
    public IEnumerable<MethodId> AppMethods(StackId stack)
    {
        MethodId last = default;
        for (var at = Of(stack).App; !at.IsNone; at = catalog.Stacks.TryGet(at, out var node) ? Of(node.Caller).App : default)
        {
            var method = MethodOf(at);
            if (method != last) yield return method;
            last = method;
        }
    }

    void Learn(StackId id)
    {
        catalog.Stacks.TryGet(id, out var node);
        var caller = node.Caller.IsNone ? default : _facts[node.Caller.Value];
        var method = catalog.CodeNodes.MethodOf(node.Frame);
        // What the application's own caller waited for is past once the application runs on top of it; that it is a pool thread is not.
        if (code.Of(method).IsApplication) _facts[id.Value] = new(id, Wait.None, Callee.None, caller.Marks & (FrameMark.Worker | FrameMark.FromAsyncVoid));
        else
        {
            var meaning = MeaningOf(method);
            if ((meaning.Marks & FrameMark.Worker) != 0) caller = default; // The thread that waits for work ends here and the work item begins.
            _facts[id.Value] = new(caller.App, caller.Wait != Wait.None ? caller.Wait : meaning.Wait,
                caller.Callee != Callee.None ? caller.Callee : meaning.Callee, caller.Marks | meaning.Marks);
        }
        _known[id.Value] = true;
    }

    /// <summary>A method under the one handle that it has here, whichever way it was found.</summary>
    public MethodId AsWritten(MethodId method)
    {
        if (method.IsNone) return method;
        if (_asWritten.TryGetValue(method, out var first)) return first;
        var name = code.Of(method).Name;
        // Lambdas share the name of the method that they stand in, but not its code.
        if (name.Kind == BodyKind.Lambda) return _asWritten[method] = method;
        if (!_byName.TryGetValue(name.Full, out first)) _byName[name.Full] = first = method;
        return _asWritten[method] = first;
    }

    FrameMeaning MeaningOf(MethodId method)
    {
        if (method.IsNone) return default;
        if (method.Value >= _meanings.Length) Array.Resize(ref _meanings, Math.Max(method.Value + 1, _meanings.Length * 2));
        return _meanings[method.Value] ??= catalog.Methods[method] is { } info ? FrameTable.MeaningOf(info) : default;
    }
}
