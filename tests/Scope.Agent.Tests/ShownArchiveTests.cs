using Scope.Store.Cold;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class ShownArchiveTests
{
    [TestMethod]
    public void What_moves_is_shown_in_one_line_that_is_gone_at_the_end()
    {
        var folder = Directory.CreateTempSubdirectory("scope-archive-");
        try
        {
            var terminal = new StringWriter();
            using (var archive = new ShownArchive(new FolderArchive(folder.FullName), terminal, width: 70))
            {
                archive.Put("a.scope/000001.seg", new MemoryStream(new byte[2_500_000]));
                archive.Put("a.scope/manifest.json", new MemoryStream(new byte[10]));
                archive.Open("a.scope/000001.seg").Dispose();
                archive.List("a").Count().ShouldBe(2);
            }
            var lines = terminal.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
            lines.Select(line => line.TrimEnd()).ShouldBe(["sending a.scope/000001.seg, 2.5 MB; 0.0 MB sent, 0 objects read …", "sending a.scope/manifest.json, 0.0 MB; 2.5 MB sent, 0 objects read …", "reading a.scope/000001.seg; 2.5 MB sent, 0 objects read …", ""]);
            lines.ShouldAllBe(line => line.Length == 69, "each covers the one before");
            terminal.ToString().ShouldNotContain("\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
