// Tells phones about news, without making anybody wait for it.
namespace Scenes.Notifications;

public sealed class PushService
{
    readonly Dictionary<int, string> _devices = Enumerable.Range(0, 10).ToDictionary(i => i, i => $"device {i}");
    int _sent;

    public int Sent => _sent;

    public void Notify(int customer) => _ = SendAsync(customer);

    async Task SendAsync(int customer)
    {
        await Task.Yield();
        string device = DeviceOf(customer);
        Interlocked.Add(ref _sent, device.Length);
    }

    string DeviceOf(int customer) => _devices.TryGetValue(customer, out string? device) ? device : throw new InvalidOperationException($"customer {customer} has no device");
}
