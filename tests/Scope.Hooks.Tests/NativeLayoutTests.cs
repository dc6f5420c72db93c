// The C++ side compiles only when its own static_asserts hold; here they are compared with the C# side, so that neither side
// can move alone. And the slots of the runtime's interfaces, which nothing else would tell before a call went astray.
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed partial class NativeLayoutTests
{
    static readonly Type[] Shared = [typeof(HookRecord), typeof(RegionHeader), typeof(RingHeader), typeof(NativeControl), typeof(NativeAttach),
        typeof(ProbeStatus), typeof(ProbePlanHead), typeof(ProbeRequest), typeof(ProbeCapture), typeof(ProbeHop), typeof(ConditionStep), typeof(ProbeRecord), typeof(ProbeValueHead)];

    [TestMethod]
    public void The_layout_is_the_same_on_both_sides()
    {
        string wire = Source("wire.h") + Source("wire_probes.h");
        foreach (var type in Shared)
        {
            Regex.Match(wire, $@"sizeof\({type.Name}\) == (\d+)").Groups[1].Value.ShouldBe(Marshal.SizeOf(type).ToString(CultureInfo.InvariantCulture), type.Name);
            // The control block is a part of the head on the C++ side, and stands at an offset of its own here.
            var native = Offsets().Matches(wire).Where(m => m.Groups["type"].Value == type.Name && m.Groups["field"].Value != "native")
                .Select(m => $"{m.Groups["field"].Value.ToUpperInvariant()} {m.Groups["at"].Value}");
            var managed = type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(f => $"{f.Name.ToUpperInvariant()} {Marshal.OffsetOf(type, f.Name)}");
            native.ShouldBe(managed, type.Name);
        }
    }

    [TestMethod]
    public void The_numbers_are_the_same_on_both_sides()
    {
        int compared = 0;
        string wire = Source("wire.h") + Source("wire_probes.h");
        foreach (Match number in Numbers().Matches(wire))
        {
            var type = typeof(NativeControl).Assembly.GetType("Scope.Hooks.Wire." + number.Groups["type"].Value).ShouldNotBeNull(number.Value);
            var field = type.GetField(number.Groups["field"].Value).ShouldNotBeNull(number.Value);
            string text = number.Groups["value"].Value;
            ulong native = text.StartsWith("0x", StringComparison.Ordinal) ? ulong.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);
            object managed = field.GetRawConstantValue()!;
            (managed is int signed ? (uint)signed : Convert.ToUInt64(managed, CultureInfo.InvariantCulture)).ShouldBe(native, number.Value);
            compared++;
        }
        compared.ShouldBe(wire.Split("constexpr ").Length - 1, "one does not name its twin");
        ProfilerClass().Match(Source("profiler.cpp")).Value.Replace(" ", "").ShouldBe($"{NativeMailbox.ProfilerId:X}", StringCompareShould.IgnoreCase);
        Source("region.cpp").ShouldContain($"\"{NativeMailbox.FileName}\"");
    }

    // The numbers of the published interface definition: three slots of IUnknown, then the functions in their order.
    [TestMethod]
    [DataRow("corprof.h", "ProfilerCallback", 98, "Initialize 3, Shutdown 4, JITCompilationStarted 23, ExceptionThrown 54, ThreadNameChanged 72, InitializeForAttach 80, ProfilerAttachComplete 81, ProfilerDetachSucceeded 82, GetReJITParameters 84, ReJITError 86, LoadAsNotificationOnly 97")]
    [DataRow("corprof_info.h", "ProfilerInfo", 99, "GetModuleMetaData 21, GetILFunctionBody 22, GetNotifiedExceptionClauseInfo 56, EnumJITedFunctions 57, RequestProfilerDetach 58, EnumModules 66, GetModuleInfo2 70, InitializeCurrentThread 72, RequestRevert 74, SetEventMask2 82, RequestReJITWithInliners 96")]
    public void The_slots_stand_where_the_runtime_has_them(string file, string type, int slots, string known)
    {
        string source = Source(file);
        var names = Functions().Matches(source[source.IndexOf($"struct {type} ", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value).ToList();
        (names.Count + 3).ShouldBe(slots);
        names.ShouldBeUnique();
        string.Join(", ", known.Split(", ").Select(entry => entry.Split(' ')[0]).Select(name => $"{name} {names.IndexOf(name) + 3}")).ShouldBe(known);
    }

    [TestMethod]
    public void Every_refusal_says_what_to_do_next()
    {
        foreach (var field in typeof(NativeRefusal).GetFields())
            NativeRefusal.Explain((int)field.GetRawConstantValue()!).Length.ShouldBeGreaterThan(60, field.Name);
        NativeRefusal.Explain(unchecked((int)0x80131363)).ShouldBe("the runtime refused with 0x80131363");
    }

    [TestMethod]
    public async Task Without_a_compiler_the_build_says_so_and_leaves_it_at_that()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "dirname"), "/usr/bin/dirname");
        var built = await ChildProcess.RunAsync("/bin/bash", [Path.Combine(Checkout.Root, "scripts/build-native")], environment: new Dictionary<string, string?> { ["PATH"] = folder.Path });
        built.ExitCode.ShouldBe(0, built.Errors);
        built.Errors.ShouldContain("no g++ in PATH: everything but probes");
    }

    [TestMethod]
    public async Task The_library_loads_where_the_oldest_supported_runtime_does()
    {
        await NativeLibrary.NeedAsync();
        // What glibc calls its versions stands in the file as text; 2.27 is the oldest that .NET 10 runs on.
        var needed = GlibcVersions().Matches(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(NativeAttachment.Library))).Select(m => Version.Parse(m.Groups[1].Value)).ToList();
        needed.ShouldNotBeEmpty();
        needed.Max().ShouldBeLessThanOrEqualTo(new Version(2, 27));
    }

    static string Source(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Native", name));

    [GeneratedRegex(@"GLIBC_(\d+\.\d+)")]
    private static partial Regex GlibcVersions();

    [GeneratedRegex(@"offsetof\((?<type>\w+), (?<field>\w+)\) == (?<at>\d+)\)")]
    private static partial Regex Offsets();

    [GeneratedRegex(@"constexpr \w+ \w+ = (?:static_cast<int32_t>\()?(?<value>\w+)\)?; +// (?<type>\w+)\.(?<field>\w+)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\{0x5C09E0A7.*\}\}")]
    private static partial Regex ProfilerClass();

    [GeneratedRegex(@"virtual Result (\w+)\(")]
    private static partial Regex Functions();
}
