// Control groups: the texts of both versions, and a real group made for the test with a process in it that is held back.
using System.Diagnostics;
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class ControlGroupTests
{
    const string Version1 = "9:name=systemd:/\n4:memory:/shop/one\n2:cpuacct,cpu:/\n0::/\n";
    const string Mounts = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n41 31 0:38 /docker/ab /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

    [TestMethod]
    [DataRow("memory", "/shop/one")]
    [DataRow("cpu", "/")]
    [DataRow("", "/")]
    [DataRow("pids", null)]
    public void The_path_of_a_controller_stands_in_its_own_line(string controller, string? path) => ControlGroup.PathOf(Version1, controller).ShouldBe(path);

    [TestMethod]
    public void Version_2_is_mounted_by_type_and_version_1_by_controller()
    {
        ControlGroup.MountOf(Mounts, "cpu").ShouldBe(("/sys/fs/cgroup/cpu", "/"));
        ControlGroup.MountOf(Mounts, "").ShouldBe(("/sys/fs/cgroup/unified", "/docker/ab"));
        ControlGroup.MountOf(Mounts, "memory").ShouldBeNull();
    }

    [TestMethod]
    public void A_process_that_burns_more_than_its_quota_is_told_as_throttled()
    {
        using var group = new TestGroup("cpu", ("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "20000"));
        using var burner = group.Start("while :; do :; done");
        var control = ControlGroup.Of(burner.Id);
        var before = control.Cpu().ShouldNotBeNull();
        before.LimitCores.ShouldBe(0.2);
        SpinWait.SpinUntil(() => control.Cpu() is { } now && now.ThrottledPeriods > before.ThrottledPeriods + 3, TimeSpan.FromSeconds(20)).ShouldBeTrue();
        control.Cpu()!.Value.ThrottledNanos.ShouldBeGreaterThan(before.ThrottledNanos);
    }

    [TestMethod]
    public void The_limit_of_a_group_above_counts_when_it_is_tighter()
    {
        using var group = new TestGroup("memory", ("memory.limit_in_bytes", "104857600"));
        var below = Directory.CreateDirectory(Path.Combine(group.Folder, "below")).FullName;
        using var sleeper = group.Start("sleep 60");
        File.WriteAllText(Path.Combine(below, "cgroup.procs"), $"{sleeper.Id}");
        ControlGroup.Of(sleeper.Id).Memory().ShouldNotBeNull().LimitBytes.ShouldBe(104857600);
        sleeper.Kill();
        sleeper.WaitForExit();
        Directory.Delete(below);
    }

    [TestMethod]
    public void A_process_that_is_gone_has_no_group()
    {
        var group = ControlGroup.Of(int.MaxValue);
        group.Cpu().ShouldBeNull();
        group.Memory().ShouldBeNull();
    }

    /// <summary>A group of version 1 under the root, gone after the test.</summary>
    sealed class TestGroup : IDisposable
    {
        public TestGroup(string controller, params (string File, string Value)[] settings)
        {
            Folder = $"/sys/fs/cgroup/{controller}/scope-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
            if (!Environment.IsPrivilegedProcess || !Directory.Exists($"/sys/fs/cgroup/{controller}")) Assert.Inconclusive("needs root and control groups of version 1");
            Directory.CreateDirectory(Folder);
            foreach (var (file, value) in settings) File.WriteAllText(Path.Combine(Folder, file), value);
        }

        public string Folder { get; }

        public Process Start(string script)
        {
            var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"echo $$ > {Folder}/cgroup.procs; {script}"]))!;
            SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(Folder, "cgroup.procs")).Contains($"{process.Id}"), TimeSpan.FromSeconds(10)).ShouldBeTrue();
            return process;
        }

        public void Dispose()
        {
            foreach (var pid in File.ReadAllLines(Path.Combine(Folder, "cgroup.procs")))
                if (int.TryParse(pid, out var id)) Process.GetProcessById(id).Kill();
            SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(Folder, "cgroup.procs")).Length == 0, TimeSpan.FromSeconds(10));
            Directory.Delete(Folder);
        }
    }
}
