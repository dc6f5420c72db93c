// Real processes of this machine: found, named, and judged by whether we may attach.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class ProcessListTests
{
    [TestMethod]
    public async Task A_dotnet_process_is_listed_with_all_that_names_it()
    {
        using var target = await IdleTarget.StartAsync();
        var listed = ProcessList.Read().Single(p => p.Pid == target.Pid);
        listed.Name.ShouldBe("Scope.Targets.Idle");
        listed.RuntimeVersion.ShouldBe(Environment.Version.ToString());
        listed.User.ShouldBe(Environment.UserName);
        listed.Container.ShouldBe("");
        listed.Obstacle.ShouldBeNull();
        listed.CommandLine.ShouldContain("Scope.Targets.Idle.dll");
        listed.CommandLine.ShouldNotContain("hunter2");
        (DateTime.UtcNow - listed.StartTime.ToInstant().ToDateTimeUtc()).TotalSeconds.ShouldBeInRange(-1, 30);
    }

    [TestMethod]
    public void Ourselves_and_what_is_not_dotnet_is_not_listed()
    {
        using var sleep = Process.Start("sleep", "60");
        var listed = ProcessList.Read();
        sleep.Kill();
        listed.ShouldNotContain(p => p.Pid == sleep.Id || p.Pid == Environment.ProcessId);
    }

    [TestMethod]
    public async Task A_process_is_found_by_pid_and_by_name()
    {
        using var target = await IdleTarget.StartAsync();
        ProcessList.Find(target.Pid.ToString()).Value.Pid.ShouldBe(target.Pid);
        ProcessList.Find("scope.targets.idle").Value.Pid.ShouldBe(target.Pid);
        ProcessList.Find("Targets.Idl").Value.Pid.ShouldBe(target.Pid);
        ProcessList.Find("no such program").Failure!.Reason.ShouldBe(AttachReason.NoneMatch);
    }

    [TestMethod]
    public async Task Several_of_a_name_are_told_apart_by_their_pids()
    {
        using var one = await IdleTarget.StartAsync();
        using var two = await IdleTarget.StartAsync();
        var failure = ProcessList.Find("Scope.Targets.Idle").Failure!;
        failure.Reason.ShouldBe(AttachReason.SeveralMatch);
        failure.Message.ShouldContain(one.Pid.ToString());
        failure.Message.ShouldContain(two.Pid.ToString());
    }

    [TestMethod]
    public async Task Another_users_process_is_closed_to_everyone_but_that_user_and_root()
    {
        NeedsRoot();
        using var target = await IdleTarget.StartAsync(new Dictionary<string, string> { ["DOTNET_CLI_HOME"] = "/tmp" }, true, "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
        var facts = ProcessFacts.Read(target.Pid)!;
        var failure = Attachability.Judge(facts, target.Pid, ownUid: 12345)!;
        failure.Reason.ShouldBe(AttachReason.OtherUser);
        failure.IsForbidden.ShouldBeTrue();
        failure.Message.ShouldContain("belongs to user nobody");
        Attachability.Judge(facts, target.Pid, facts.Uid).ShouldBeNull();
        Attachability.Judge(facts, target.Pid, ownUid: 0).ShouldBeNull();
        ProcessList.Read(target.Pid)!.User.ShouldBe("nobody");
    }

    [TestMethod]
    public async Task A_process_in_other_mount_and_pid_namespaces_is_found_and_answers()
    {
        NeedsRoot();
        using var target = await IdleTarget.StartAsync(new Dictionary<string, string> { ["TMPDIR"] = "/mnt/inside" }, true,
            "unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", "mount -t tmpfs none /mnt && mkdir /mnt/inside && exec \"$0\" \"$@\"");
        var inner = ProcessList.Read().Single(p => p.Name == "Scope.Targets.Idle");
        inner.Pid.ShouldNotBe(target.Pid);
        inner.Container.ShouldBe("other");
        inner.Obstacle.ShouldBeNull();
        var info = (await DiagnosticPort.Of(inner.Pid).InfoAsync()).Value;
        info.ProcessId.ShouldBe(1);
    }

    [TestMethod]
    public async Task Why_not_is_told_for_each_process()
    {
        using var off = await IdleTarget.StartAsync(new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" });
        ProcessList.Read().Single(p => p.Pid == off.Pid).Obstacle!.Reason.ShouldBe(AttachReason.DiagnosticsOff);
        ProcessList.Find("Scope.Targets.Idle").Failure!.Message.ShouldContain("DOTNET_EnableDiagnostics=0");
        using var sleep = Process.Start("sleep", "60");
        ProcessList.Find(sleep.Id.ToString()).Failure!.Reason.ShouldBe(AttachReason.NotDotnet);
        sleep.Kill();
        await sleep.WaitForExitAsync();
        ProcessList.Find(sleep.Id.ToString()).Failure!.Reason.ShouldBe(AttachReason.Gone);
    }

    // Only root may start a process as another user or in namespaces of its own; CI runs as root.
    static void NeedsRoot()
    {
        if (ProcFs.OwnUid != 0) Assert.Inconclusive("run as root to test this");
    }

    [TestMethod]
    [DataRow("0::/system.slice/docker-4c01db0b339c4cc1ad4fae1b6ab0e9a9e0a3a6a0e7a1c6a7fd7e0a5f6b1c2d3e.scope", "4c01db0b339c")]
    [DataRow("0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-4c01db0b339c4cc1ad4fae1b6ab0e9a9e0a3a6a0e7a1c6a7fd7e0a5f6b1c2d3e.scope", "4c01db0b339c")]
    [DataRow("0::/user.slice/user-1000.slice", null)]
    public void Containers_are_named_by_their_control_group(string text, string? id) => Containers.IdIn(text)?[..12].ShouldBe(id);
}
