// What one source knows of a span that another one tells: the method and path of a request, its route and status, the text
// of a command. Such facts come on the same thread right before the span's own start or stop, and wait here for it.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Facts that wait for the span they are about, by thread.</summary>
sealed class RequestFacts(Translation t)
{
    readonly Dictionary<long, Fact> _byThread = [];

    /// <summary>What was told.</summary>
    public sealed class Fact
    {
        /// <summary>The runtime activity of a request that Hosting started here and whose span has not come yet.</summary>
        public SpanId HostingActivity;
        /// <summary>The request's method and path, as Hosting told them.</summary>
        public NameId MethodAndPath;
        /// <summary>The span that the following are about, by its W3C id; 0 when not told.</summary>
        public ulong Span;
        /// <summary>Method and route, or path where there is no route.</summary>
        public NameId Name;
        /// <summary>The HTTP status, 0 when not told.</summary>
        public ushort Status;
        /// <summary>A command's normalised text.</summary>
        public NameId Sql;
        /// <summary>A command's full text.</summary>
        public PayloadId SqlPayload;
        /// <summary>Until when the command's text waits.</summary>
        public EventTime SqlUntil;
    }

    /// <summary>Whether activities come by the bridge in this stream, so that Hosting's own events only tell facts.</summary>
    public bool Bridged { get; set; }

    /// <summary>The facts of a thread.</summary>
    public Fact Of(long osThread)
    {
        if (_byThread.TryGetValue(osThread, out var fact)) return fact;
        if (_byThread.Count >= Limits.Threads) _byThread.Clear();
        return _byThread[osThread] = new();
    }

    /// <summary>The interned text of a method and a route or path.</summary>
    public NameId NameOf(ReadOnlySpan<char> method, ReadOnlySpan<char> target)
    {
        if (target.IsEmpty) return t.Names.Intern(method);
        Span<char> text = stackalloc char[512];
        if (method.Length + 2 + target.Length > text.Length) target = target[..Math.Max(0, text.Length - 2 - Math.Min(method.Length, 32))];
        if (method.Length > 32) method = method[..32];
        method.CopyTo(text);
        var length = method.Length;
        if (length > 0) text[length++] = ' ';
        if (target[0] != '/') text[length++] = '/';
        target.CopyTo(text[length..]);
        return t.Names.Intern(text[..(length + target.Length)]);
    }
}
