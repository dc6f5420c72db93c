// What one source knows of a span that another one tells: the method and path of a request, the text of a command. Such
// facts come on the same thread right before the span's own start or stop, and wait here for it.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Facts that wait for the span they are about, by thread.</summary>
sealed class RequestFacts(Translation t)
{
    readonly Dictionary<long, Fact> _byThread = [];
    readonly Dictionary<ulong, NameId> _open = [];

    /// <summary>What was told.</summary>
    public sealed class Fact
    {
        /// <summary>The method and path of a request that Hosting started here and whose span has not come yet.</summary>
        public NameId HostingName;

        /// <summary>The normalised text of a command whose span has not come yet.</summary>
        public NameId Sql;

        /// <summary>Its full text.</summary>
        public PayloadId SqlPayload;
    }

    /// <summary>Whether activities come by the bridge in this stream, so that Hosting's own events only tell facts.</summary>
    public bool Bridged { get; set; }

    /// <summary>How many requests Hosting has told to begin since the bridge told anything.</summary>
    public int UnbridgedRequests;

    /// <summary>Whether a listener tells how each request ends, right before its activity's stop, which then says nothing new.</summary>
    public bool ListensToEnds { get; set; }

    /// <summary>Remembers what a request was called at its start, by its W3C span id.</summary>
    public void Began(ulong span, NameId name)
    {
        if (_open.Count >= Limits.OpenSpans) _open.Clear(); // Requests that were told to start and never to stop.
        _open[span] = name;
    }

    /// <summary>What a request was called at its start, or none.</summary>
    public NameId NameAtStart(ulong span) => _open.GetValueOrDefault(span);

    /// <summary>A request has ended.</summary>
    public void Ended(ulong span) => _open.Remove(span);

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
        if (target.IsEmpty) return t.Texts.Intern(method);
        Span<char> text = stackalloc char[512];
        if (method.Length + 2 + target.Length > text.Length) target = target[..Math.Max(0, text.Length - 2 - Math.Min(method.Length, 32))];
        if (method.Length > 32) method = method[..32];
        method.CopyTo(text);
        var length = method.Length;
        if (length > 0) text[length++] = ' ';
        if (target[0] != '/') text[length++] = '/';
        target.CopyTo(text[length..]);
        return t.Texts.Intern(text[..(length + target.Length)]);
    }
}
