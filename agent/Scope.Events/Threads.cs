// OS threads. The OS uses a thread's number again after it ended; an id here is for the number, and the name is the last one told.
namespace Scope.Events;

/// <summary>What tells a thread from others.</summary>
public readonly record struct ThreadKey(TargetId Target, long OsId);

/// <summary>The threads of a recording.</summary>
public sealed class Threads
{
    readonly Interner<ThreadKey> _table = new(Limits.Threads);
    readonly System.Collections.Concurrent.ConcurrentDictionary<int, NameId> _names = new();

    /// <summary>The id of a thread, new or known.</summary>
    public ThreadId Intern(TargetId target, long osId) => new(_table.Intern(new(target, osId)));

    /// <summary>The id of a thread if it occurs, else none.</summary>
    public ThreadId Find(TargetId target, long osId) => new(_table.Find(new(target, osId)));

    /// <summary>The OS's number of a thread, or 0 for none.</summary>
    public long OsIdOf(ThreadId id) => _table.TryGet(id.Value, out var key) ? key.OsId : 0;

    /// <summary>The key of a thread.</summary>
    public bool TryGet(ThreadId id, out ThreadKey key) => _table.TryGet(id.Value, out key);

    /// <summary>Tells a thread's name.</summary>
    public void SetName(ThreadId id, NameId name) => _names[id.Value] = name;

    /// <summary>The name last told, or none.</summary>
    public NameId NameOf(ThreadId id) => _names.GetValueOrDefault(id.Value);

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;
}
