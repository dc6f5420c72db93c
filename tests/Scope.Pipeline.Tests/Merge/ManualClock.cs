// A clock that stands still until a test moves it.
namespace Scope.Pipeline.Tests.Merge;

sealed class ManualClock : TimeProvider
{
    public long Millis { get; set; }

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Millis;
}
