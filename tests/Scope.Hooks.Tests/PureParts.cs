// The program of the library's pure parts, built with sanitizers: a fault of memory ends it with a report.
using System.Buffers.Binary;
using System.Diagnostics;
using Scope.Testing;

namespace Scope.Hooks.Tests;

sealed class PureParts : IDisposable
{
    readonly Process _process;
    readonly Task<string> _errors;

    PureParts(params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Native/bin/pure-tests"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public static async Task<PureParts> StartAsync(params string[] arguments)
    {
        await NativeLibrary.NeedAsync();
        var built = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts/build-native"), ["tests"]);
        built.ExitCode.ShouldBe(0, built.Errors);
        return new PureParts(arguments);
    }

    Stream Input => _process.StandardInput.BaseStream;

    Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Writes bytes with their length before them.</summary>
    public void Write(ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        Input.Write(length);
        Input.Write(part);
    }

    public void Flush() => Input.Flush();

    public int ReadNumber()
    {
        Span<byte> number = stackalloc byte[4];
        Fill(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }

    public byte[] ReadPart()
    {
        var part = new byte[ReadNumber()];
        Fill(part);
        return part;
    }

    /// <summary>Ends its input; says what it wrote, once it has ended well.</summary>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        string said = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBe(0, await _errors);
        return said;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    void Fill(Span<byte> into)
    {
        if (Output.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
            throw new AssertFailedException($"the program ended: {_errors.GetAwaiter().GetResult()}");
    }
}
