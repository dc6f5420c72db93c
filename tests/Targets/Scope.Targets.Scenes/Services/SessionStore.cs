// Sessions, written one at a time.
namespace Scenes.Sessions;

public interface ISessionStore
{
    Task SaveAsync(int id, string value);
}

public sealed class SessionStore : ISessionStore
{
    readonly SemaphoreSlim _gate = new(1, 1);
    readonly Dictionary<int, (string Value, DateTime Seen)> _sessions = [];

    public async Task SaveAsync(int id, string value)
    {
        await _gate.WaitAsync();
        try
        {
            _sessions[id] = (value, DateTime.UtcNow);
            if (_sessions.Count % 40 == 0)
                await TouchAsync(id);
            await Task.Yield();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task TouchAsync(int id)
    {
        await _gate.WaitAsync();
        try
        {
            if (_sessions.TryGetValue(id, out var session))
                _sessions[id] = (session.Value, DateTime.UtcNow);
        }
        finally
        {
            _gate.Release();
        }
    }
}
