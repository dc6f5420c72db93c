// Sessions with a sliding expiry: each request puts its session at the end of the line.
namespace Scenes.Sessions;

public sealed class UserSession(int id)
{
    public int Id => id;
    public Dictionary<string, string> Values { get; } = Enumerable.Range(0, 60).ToDictionary(i => $"key {id} {i}", i => $"value {i}");
}

public sealed class SessionTable
{
    readonly LinkedList<UserSession> _line = new();
    readonly Lock _lock = new();

    public SessionTable()
    {
        for (int id = 0; id < 12_000; id++)
            _line.AddLast(new UserSession(id));
    }

    public int Renew(int id)
    {
        for (int i = 0; i < 60; i++)
        {
            var session = new UserSession(id + i);
            lock (_lock)
            {
                _line.RemoveFirst();
                _line.AddLast(session);
            }
        }
        return id;
    }
}
