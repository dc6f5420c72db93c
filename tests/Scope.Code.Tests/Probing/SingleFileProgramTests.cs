// Programs of a single file: what lies in them is read as the host reads it, and what only looks like one is none. The soak of
// probes publishes real ones.
using System.IO.Compression;
using Scope.Code.Probing;

namespace Scope.Code.Tests.Probing;

[TestClass]
public sealed class SingleFileProgramTests
{
    static readonly byte[] Mark = Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae"); // As hosts have it.

    readonly string _file = Path.GetTempFileName();
    readonly byte[] _assembly = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i / 7))];

    [TestCleanup]
    public void Remove() => File.Delete(_file);

    [TestMethod]
    [DataRow(6u, true)]
    [DataRow(6u, false)]
    [DataRow(2u, false)]
    public void A_file_in_it_is_found_by_its_name(uint version, bool isCompressed)
    {
        Write(version, isCompressed);
        SingleFileProgram.Read(_file, "App.dll").ShouldNotBeNull().SequenceEqual(_assembly).ShouldBeTrue();
        SingleFileProgram.Read(_file, "Other.dll").ShouldBeNull();
    }

    [TestMethod]
    public void Damage_is_no_file()
    {
        Write(6, isCompressed: true);
        var whole = File.ReadAllBytes(_file);
        var random = new Random(4);
        for (int round = 0; round < 300; round++)
        {
            var damaged = whole.ToArray();
            for (int i = 0; i < 20; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_file, damaged);
            SingleFileProgram.Read(_file, "App.dll")?.Length.ShouldBeLessThanOrEqualTo(256 << 20);
        }
        File.WriteAllBytes(_file, whole[..(whole.Length / 2)]);
        SingleFileProgram.Read(_file, "App.dll").ShouldBeNull();
        SingleFileProgram.Read(_file + ".none", "App.dll").ShouldBeNull();
    }

    void Write(uint version, bool isCompressed)
    {
        var content = new MemoryStream();
        if (!isCompressed)
            content.Write(_assembly);
        else using (var deflate = new DeflateStream(content, CompressionLevel.Optimal, leaveOpen: true))
                deflate.Write(_assembly);
        using var writer = new BinaryWriter(File.Create(_file));
        writer.Write(new byte[100]);
        long listAt = 100 + 8 + Mark.Length + content.Length;
        writer.Write(listAt);
        writer.Write(Mark);
        writer.Write(content.ToArray());
        writer.Write(version);
        writer.Write(0u);
        writer.Write(2);
        writer.Write("an id");
        writer.Write(new byte[40]);
        Entry("System.Runtime.dll", 100);
        Entry("App.dll", 100 + 8 + Mark.Length);

        void Entry(string name, long offset)
        {
            writer.Write(offset);
            writer.Write((long)_assembly.Length);
            if (version >= 6)
                writer.Write(isCompressed ? content.Length : 0L);
            writer.Write((byte)1);
            writer.Write(name);
        }
    }
}
