// What others may have put where we write: links to another file, further names of one, pipes that nobody reads, folders of
// their own; before we come, and while we write.
using System.Diagnostics;
using System.Runtime.Versioning;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

[TestClass]
[SupportedOSPlatform("linux")]
public sealed class HostileFolderTests
{
    const string Precious = "what must not be touched";
    const UnixFileMode FileRights = UnixFileMode.UserRead | UnixFileMode.UserWrite, FolderRights = FileRights | UnixFileMode.UserExecute;

    readonly TemporaryFolder _folder = new();
    string _victim = "";

    [TestInitialize]
    public void MakeVictim() => File.WriteAllText(_victim = _folder["victim"], Precious);

    [TestCleanup]
    public void VictimIsUntouched()
    {
        File.ReadAllText(_victim).ShouldBe(Precious);
        _folder.Dispose();
    }

    [TestMethod]
    public void A_link_in_the_place_of_a_file_is_not_written_through()
    {
        foreach (var planted in (string[])["file", "file" + OwnerFile.Unfinished]) File.CreateSymbolicLink(_folder[planted], _victim);
        OwnerFile.Replace(_folder["file"], file => file.Write("ours"u8));
        ShouldBeOurs("file");
        File.CreateSymbolicLink(_folder["other"], _victim);
        using (var file = OwnerFile.Create(_folder["other"])) file.Write("ours"u8);
        ShouldBeOurs("other");
        File.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);
        using (var file = OwnerFile.Create(_folder["dangling"])) file.Write("ours"u8);
        File.Exists(_folder["nowhere"]).ShouldBeFalse();
    }

    [TestMethod]
    public void Another_name_of_a_file_is_not_written_through()
    {
        foreach (var planted in (string[])["file", "file" + OwnerFile.Unfinished, "log"]) Run("ln", _victim, _folder[planted]);
        OwnerFile.Replace(_folder["file"], file => file.Write("ours"u8));
        ShouldBeOurs("file");
        Should.Throw<IOException>(() => OwnerFile.Append(_folder["log"]).Dispose()).Message.ShouldContain("no file of ours alone");
    }

    [TestMethod]
    public void A_pipe_in_the_place_of_a_file_is_refused_and_nobody_waits_for_its_reader()
    {
        foreach (var planted in (string[])["pipe", "file" + OwnerFile.Unfinished, "log"]) Run("mkfifo", _folder[planted]);
        Action[] writings = [() => OwnerFile.Create(_folder["pipe"]).Dispose(), () => OwnerFile.Replace(_folder["file"], _ => { }), () => OwnerFile.Append(_folder["log"]).Dispose()];
        foreach (var writing in writings) Should.CompleteIn(() => Should.Throw<IOException>(writing).Message.ShouldContain("pipe"), TimeSpan.FromSeconds(10));
    }

    [TestMethod]
    public void A_recording_is_made_in_no_folder_that_was_there_and_in_none_that_everybody_may_write()
    {
        var (name, at) = ("shop", EventTime.From(DateTime.UtcNow));
        var first = RecordingFolder.Create(_folder.Path, name, at);
        Directory.CreateDirectory(_folder["theirs"]);
        Directory.CreateSymbolicLink(first[..^RecordingFolder.Ending.Length] + "_2" + RecordingFolder.Ending, _folder["theirs"]);
        Directory.CreateSymbolicLink(first[..^RecordingFolder.Ending.Length] + "_3" + RecordingFolder.Ending, _folder["nowhere"]);
        var made = RecordingFolder.Create(_folder.Path, name, at);
        made.ShouldEndWith("_4" + RecordingFolder.Ending);
        File.GetUnixFileMode(made).ShouldBe(FolderRights);

        File.SetUnixFileMode(_folder["theirs"], FolderRights | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        Should.Throw<IOException>(() => RecordingFolder.Create(_folder["theirs"], name, at)).Message.ShouldContain("chmod o-w");
        File.SetUnixFileMode(_folder["theirs"], FolderRights | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        Directory.Exists(RecordingFolder.Create(_folder["theirs"], name, at)).ShouldBeTrue("as in /tmp, each keeps what is his");
    }

    [TestMethod]
    public void A_folder_to_keep_things_in_is_ours_alone()
    {
        Directory.CreateDirectory(_folder["spool"]);
        File.SetUnixFileMode(_folder["spool"], FolderRights | UnixFileMode.GroupWrite);
        SpoolFolder.TryOpen(_folder["spool"], new(1 << 30, long.MaxValue), [], out var problem).ShouldBeNull();
        problem!.ShouldContain("chmod 700");
        File.SetUnixFileMode(_folder["spool"], FolderRights);
        FileFacts.FaultOfFolder(_folder["spool"]).ShouldBeNull();
        FileFacts.FaultOfFolder(_victim)!.ShouldContain("no folder");
        if (!Environment.IsPrivilegedProcess) return; // Only root can give folders away.
        Run("chown", "nobody", _folder["spool"]);
        FileFacts.FaultOfFolder(_folder["spool"])!.ShouldContain("belongs to another user");
    }

    [TestMethod]
    public async Task Who_plants_links_while_we_write_gains_nothing()
    {
        const int rounds = 300;
        var (name, at, over) = ("shop", EventTime.From(DateTime.UtcNow), false);
        Directory.CreateDirectory(_folder["theirs"]);
        var attacker = Task.Run(() =>
        {
            for (var i = 1; !Volatile.Read(ref over); i = i % rounds + 1)
                foreach (var (path, target) in new[] { (_folder["file"] + OwnerFile.Unfinished, _victim), (_folder["made"] + $"/shop_{i}", _folder["theirs"]) })
                    try
                    {
                        if (!Path.Exists(path)) File.CreateSymbolicLink(path, target);
                    }
                    catch (IOException)
                    {
                        // We were quicker.
                    }
        });
        var made = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            try
            {
                OwnerFile.Replace(_folder["file"], file => file.Write("ours"u8));
            }
            catch (IOException)
            {
                // He was quicker, and the file is as it was.
            }
            made.Add(RecordingFolder.Create(_folder["made"], name, at));
        }
        over = true;
        await attacker;
        if (File.Exists(_folder["file"]) && new FileInfo(_folder["file"]).LinkTarget is null) ShouldBeOurs("file");
        made.ShouldBeUnique();
        foreach (var folder in made) new DirectoryInfo(folder).LinkTarget.ShouldBeNull();
        Directory.GetFileSystemEntries(_folder["theirs"]).ShouldBeEmpty();
    }

    void ShouldBeOurs(string name)
    {
        new FileInfo(_folder[name]).LinkTarget.ShouldBeNull();
        File.ReadAllText(_folder[name]).ShouldBe("ours");
        File.GetUnixFileMode(_folder[name]).ShouldBe(FileRights);
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, program);
    }
}
