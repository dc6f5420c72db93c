// Profiles and the text of --providers.
using Scope.Attach.Port;
using Scope.Attach.Profiles;

namespace Scope.Attach.Tests.Profiles;

[TestClass]
public sealed class ProfileTests
{
    [TestMethod]
    public void Each_profile_asks_for_all_that_the_cheaper_one_does()
    {
        foreach (var (cheaper, dearer) in ProfileTable.All.Zip(ProfileTable.All.Skip(1)))
        foreach (var provider in cheaper.WithoutStacks)
        {
            var same = dearer.WithoutStacks.Single(p => p.Name == provider.Name);
            (same.Keywords & provider.Keywords).ShouldBe(provider.Keywords);
            same.Level.ShouldBeGreaterThanOrEqualTo(provider.Level);
        }
    }

    [TestMethod]
    public void A_session_takes_each_provider_once()
    {
        foreach (var request in ProfileTable.All.SelectMany(p => p.Requests(64))) request.Providers.Select(p => p.Name).ShouldBeUnique();
    }

    [TestMethod]
    public void The_bridge_never_makes_an_application_export_more()
    {
        // Without a suffix each Activity becomes a recorded one.
        foreach (var arguments in (string[])[ActivitySpec.Arguments, ActivitySpec.DeepArguments])
        {
            var lines = arguments.Split("[AS]")[1..];
            lines.ShouldAllBe(line => line.Split(':', 2)[0].EndsWith("-Record"));
            lines.Count(line => line.StartsWith('*')).ShouldBe(1);
        }
    }

    [TestMethod]
    public void Beside_an_exporter_the_bridge_names_its_sources()
    {
        foreach (var profile in (Profile[])[ProfileTable.Default.BesideExporter, ProfileTable.Find("deep")!.BesideExporter, ProfileTable.Default.BesideExporter.Plain])
        {
            var lines = profile.WithoutStacks.Single(p => p.Name == ActivitySpec.Provider).Arguments.Split("[AS]")[1..];
            lines.ShouldAllBe(line => !line.StartsWith('*') && line.Split(':', 2)[0].EndsWith("-Record"));
            lines.Select(line => line.Split('/')[0]).ShouldBe(["System.Net.Http", "Npgsql", "MySqlConnector", "Grpc.Net.Client", "RabbitMQ.Client.Publisher", "Elastic.Transport", "Microsoft.AspNetCore"]);
            lines.Count(line => line.Contains("EndRequest")).ShouldBe(1);
        }
        ProfileTable.Find("light")!.BesideExporter.WithoutStacks.ShouldBe(ProfileTable.Find("light")!.WithoutStacks);
    }

    [TestMethod]
    public void What_is_turned_on_once_is_asked_for_all_the_time_of_a_program_that_has_not_begun()
    {
        foreach (var profile in ProfileTable.All)
        {
            var started = profile.FromTheStart;
            started.OnceRequest.ShouldBeNull();
            started.Requests(16, samplesInBursts: true).Count(r => r.RundownKeywords != 0).ShouldBe(1, "one session tells the names at its end");
            profile.Requests(16, samplesInBursts: true).ShouldAllBe(r => r.RundownKeywords == 0);
            foreach (var once in profile.OnceRequest!.Providers)
                (started.WithoutStacks.Single(p => p.Name == once.Name).Keywords & once.Keywords).ShouldBe(once.Keywords);
        }
    }

    [TestMethod]
    public void Providers_are_read_as_dotnet_trace_reads_them()
    {
        ProviderText.Parse("A").Value.Select(p => (p.Name, p.Keywords, p.Level, p.Arguments)).ShouldBe([("A", ulong.MaxValue, 4, "")]);
        ProviderText.Parse("A:8000,B:0xF:Verbose").Value.Select(p => (p.Name, p.Keywords, p.Level, p.Arguments)).ShouldBe([("A", 0x8000, 4, ""), ("B", 0xF, 5, "")]);
        ProviderText.Parse("A::2").Value.Select(p => (p.Name, p.Keywords, p.Level, p.Arguments)).ShouldBe([("A", ulong.MaxValue, 2, "")]);
        ProviderText.Parse("A:1:4:Url=http://x:80;Filter=\"a,b;c\",B").Value.Select(p => (p.Name, p.Keywords, p.Level, p.Arguments)).ShouldBe([("A", 1, 4, "Url=http://x:80;Filter=\"a,b;c\""), ("B", ulong.MaxValue, 4, "")]);
    }

    [TestMethod]
    [DataRow("A:0xZZ:4", "0xZZ", 3)]
    [DataRow("A:1:6", "6", 5)]
    [DataRow("A:1:loud", "loud", 5)]
    [DataRow("A:1:4:novalue", "novalue", 7)]
    [DataRow("A:1:4:k=v;novalue", "novalue", 11)]
    [DataRow("A,,B", "name is missing", 3)]
    [DataRow("", "name is missing", 1)]
    [DataRow("A:11112222333344445", "keyword mask", 3)]
    public void A_mistake_is_shown_where_it_stands(string text, string part, int column)
    {
        var failure = ProviderText.Parse(text).Failure!;
        failure.Reason.ShouldBe(AttachReason.BadRequest);
        failure.Message.ShouldContain(part);
        failure.Message.ShouldContain($"character {column}:");
        failure.Message.Split('\n')[2].IndexOf('^').ShouldBe(column + 1);
    }

    [TestMethod]
    public void Added_providers_join_those_of_the_profile()
    {
        var profile = ProfileTable.Find("LIGHT")!.With(ProviderText.Parse("Microsoft-Windows-DotNETRuntime:0x20:5,My-Source").Value);
        var runtime = profile.WithStacks.Single(p => p.Name == "Microsoft-Windows-DotNETRuntime");
        (runtime.Keywords & 0x8020).ShouldBe(0x8020UL);
        runtime.Level.ShouldBe(5);
        profile.WithStacks.ShouldContain(p => p.Name == "My-Source");
    }
}
