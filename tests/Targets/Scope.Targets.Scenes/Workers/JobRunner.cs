// Jobs that stop when the application does.
namespace Scenes.Jobs;

public sealed class JobRunner(IHostApplicationLifetime lifetime)
{
    public int Start(int job)
    {
        byte[] input = new byte[9_000];
        input[0] = (byte)job;
        bool stopped = false;
        lifetime.ApplicationStopping.Register(() =>
        {
            stopped = true;
            input[0] = 0;
        });
        return stopped ? 0 : input[0];
    }
}
