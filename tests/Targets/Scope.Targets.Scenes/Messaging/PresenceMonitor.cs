// Watches whether a chat's member is still there.
namespace Scenes.Chat;

public sealed class PresenceMonitor
{
    readonly byte[] _window = new byte[2_000];
    readonly Timer _timer;

    public PresenceMonitor(int member)
    {
        Member = member;
        _timer = new Timer(_ => Check(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
    }

    public int Member { get; }

    void Check() => _window[Environment.TickCount64 / 5000 % _window.Length]++;
}

public sealed class ChatRoom
{
    public int Join(int member) => new PresenceMonitor(member).Member;
}
