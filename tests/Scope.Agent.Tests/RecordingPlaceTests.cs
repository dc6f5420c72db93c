// What a recording's place tells the spool.
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class RecordingPlaceTests
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scope-place-");

    [TestCleanup]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void The_spool_knows_what_of_its_recordings_was_shipped_by_hand_and_hears_of_no_other()
    {
        var settings = new SpoolSettings(Path.Combine(_folder.FullName, "spool"), 64 << 20, null, "never");
        var spool = SpoolFolder.TryOpen(settings.Folder, new(settings.Bytes), [RecordingPlace.Warm], out _).ShouldNotBeNull();
        using var writing = spool.Begin("shop", EventTime.Now);
        using (var taken = RecordingPlace.TakeByHand(settings, writing.Folder + "/").ShouldNotBeNull())
        {
            taken.Shipped(new(77));
            Should.Throw<UserError>(() => RecordingPlace.TakeByHand(settings, writing.Folder)).Message.ShouldContain("another scope-attach ships");
        }
        spool.Find(Path.GetFileName(writing.Folder))!.Book.Shipped.ShouldBe(new Dictionary<string, long> { [RecordingPlace.Warm] = 77 });

        var other = _folder.CreateSubdirectory(Path.GetFileName(writing.Folder)).FullName;
        RecordingPlace.TakeByHand(settings, other).ShouldBeNull();
        RecordingPlace.TakeByHand(settings with { Folder = "" }, writing.Folder).ShouldBeNull();
        Directory.GetFiles(other).ShouldBeEmpty();
        spool.Find(Path.GetFileName(writing.Folder))!.Book.Shipped[RecordingPlace.Warm].ShouldBe(77);
    }
}
