// The rewriting of IL as a property: of every method body that there is, the new one is the old one with what was ordered
// around and in it. And the interpreter of plans on whatever chance makes of plans and objects.
using System.Runtime.InteropServices;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeRewriteTests
{
    const int Batch = 64;

    /// <summary>Set for the long form: every assembly of the framework, every method.</summary>
    static readonly bool Long = Environment.GetEnvironmentVariable("SCOPE_SOAK") == "hooks";

    [TestMethod]
    public async Task Every_body_of_the_framework_is_itself_with_probes_around_and_in_it()
    {
        using var program = await PureParts.StartAsync("rewrite");
        string framework = RuntimeEnvironment.GetRuntimeDirectory();
        string[] files = Long ? Directory.GetFiles(framework, "*.dll") : [.. new[] { "System.Linq.dll", "System.Collections.dll", "System.Text.Json.dll", "System.Private.Xml.dll" }.Select(f => Path.Combine(framework, f))];
        int rewritten = 0, refused = 0;
        foreach (string file in files.Where(IsManaged))
        {
            using var methods = new MethodTokens(file);
            foreach (var some in methods.All.Where((_, i) => Long || i % 3 == 0).Chunk(Batch))
            {
                var sent = some.Select((m, i) => Send(program, methods, m.Token, timed: i % 4 != 3)).ToList();
                program.Flush();
                foreach (var (method, (timed, lines)) in some.Zip(sent))
                {
                    int why = program.ReadNumber();
                    var body = program.ReadPart();
                    program.ReadPart();
                    if (why is 0)
                        RewrittenBody.Mistake(methods.Body(method.Token), body, timed, lines).ShouldBeNull($"{file} {method.Name}");
                    else
                        why.ShouldBeOneOf([NativeRefusal.HasJmp, NativeRefusal.IlTooBig]);
                    _ = why is 0 ? rewritten++ : refused++;
                }
            }
        }
        await program.EndAsync();
        Console.WriteLine($"{rewritten} rewritten, {refused} refused");
        rewritten.ShouldBeGreaterThan(Long ? 80_000 : 4000);
        refused.ShouldBeLessThan(rewritten / 1000);
    }

    [TestMethod]
    public async Task Plans_and_objects_that_chance_has_damaged_are_followed_no_further_than_they_reach()
    {
        using var program = await PureParts.StartAsync("mutate", Long ? "20000000" : "60000");
        const CaptureMoment Any = CaptureMoment.Enter | CaptureMoment.Leave;
        Hop[] way = [new(CaptureHop.Follow, 8), new(CaptureHop.Within, 8), new(CaptureHop.Element, 1), new(CaptureHop.Follow, 16, Type: 1)];
        var order = new ProbeOrder(1, Guid.Empty, 0x06000001, ProbeFlags.Enter | ProbeFlags.Leave)
        {
            Captures = [.. from read in Enum.GetValues<CaptureRead>() select new Capture(CaptureRoot.Argument, (int)read % 8, Any, read, way[..((int)read % 5)], read is CaptureRead.Text ? 40 : read is CaptureRead.Bytes ? 24 : 0)],
            Enter = [new(ConditionOperation.TextContains, 12, Text: "abc"), new(ConditionOperation.TextEndsWith, 12, Text: "c"), new(ConditionOperation.Or), new(ConditionOperation.Capture, 3), new(ConditionOperation.Double, Constant: 1), new(ConditionOperation.LessOrEqual), new(ConditionOperation.And)],
            Leave = [new(ConditionOperation.ElapsedNanos), new(ConditionOperation.Integer, Constant: 5), new(ConditionOperation.Greater), new(ConditionOperation.Not), new(ConditionOperation.TypeIs, 13, Constant: 7), new(ConditionOperation.Or)],
        };
        program.Write(ProbePlan.Write([order]).AsSpan(ProbePlanHead.Bytes));
        program.Flush();
        string said = await program.EndAsync();
        int.Parse(said.Split(' ')[0]).ShouldBeGreaterThan(3_000, said);
    }

    static (bool Timed, List<ProbeOrder> Lines) Send(PureParts program, MethodTokens methods, uint token, bool timed)
    {
        var body = methods.Body(token);
        var all = IlInstruction.All(body.GetILBytes());
        var lines = all.Where((instruction, i) => (i + token) % 7 == 0 && (i == 0 || !all[i - 1].IsPrefix)).Take(8)
            .Select((instruction, i) => new ProbeOrder((uint)(i + 2), methods.Module, token, ProbeFlags.Line) { IlOffset = (uint)instruction.Offset }).ToList();
        ProbeOrder[] timing = timed ? [new(1, methods.Module, token, ProbeFlags.Leave | ProbeFlags.Exception)] : [];
        program.Write(methods.BodyBytes(token));
        program.Write(methods.Signature(token));
        program.Write(methods.Locals(body));
        program.Write(ProbePlan.Write([.. timing, .. lines]).AsSpan(ProbePlanHead.Bytes));
        return (timed, lines);
    }

    static bool IsManaged(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new System.Reflection.PortableExecutable.PEReader(stream);
        return reader.HasMetadata;
    }
}
