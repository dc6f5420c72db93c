// A message of the diagnostics protocol: 14 bytes of magic, 2 of size, the command's set and id, 2 reserved, then the
// payload. All little-endian; the size counts the header, so a message never exceeds 64 KB.
using System.Buffers.Binary;
using Scope.Events;

namespace Scope.Attach.Port;

/// <summary>The commands that we send: the set in the high byte, the id in the low one.</summary>
enum IpcCommand : ushort
{
    GenerateCoreDump = 0x0101,
    StopTracing = 0x0201,
    CollectTracing2 = 0x0203,
    CollectTracing3 = 0x0204,
    CollectTracing4 = 0x0205,
    CollectTracing5 = 0x0206,
    AttachProfiler = 0x0301,
    ProcessInfo = 0x0400,
    ResumeRuntime = 0x0401,
    ProcessEnvironment = 0x0402,
    ProcessInfo2 = 0x0404,
    ApplyStartupHook = 0x0407,
    ProcessInfo3 = 0x0408,
    Ok = 0xFF00,
    Error = 0xFFFF,
}

/// <summary>Frames and unframes messages.</summary>
static class IpcMessage
{
    public const int HeaderBytes = 20;
    public const int PayloadBytes = Limits.PortMessageBytes - HeaderBytes;

    static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    public static byte[] Frame(IpcCommand command, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, PayloadBytes);
        var message = new byte[HeaderBytes + payload.Length];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = (byte)((ushort)command >> 8);
        message[17] = (byte)command;
        payload.CopyTo(message.AsSpan(HeaderBytes));
        return message;
    }

    /// <summary>Reads a header: false when it is not one of this protocol or its size is less than its own.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out IpcCommand command, out int payloadBytes)
    {
        command = default;
        payloadBytes = 0;
        if (header.Length < HeaderBytes || !header[..14].SequenceEqual(Magic)) return false;
        payloadBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]) - HeaderBytes;
        command = (IpcCommand)(header[16] << 8 | header[17]);
        return payloadBytes >= 0;
    }
}

/// <summary>The errors that a runtime answers with, each with what we make of it.</summary>
static class IpcErrors
{
    public const uint UnknownCommand = 0x80131385;

    static readonly Dictionary<uint, (AttachReason Reason, string Text)> ByCode = new()
    {
        [0x80131384] = (AttachReason.BadRequest, "it could not read the request"),
        [UnknownCommand] = (AttachReason.NotSupported, "its runtime does not know the command"),
        [0x80131386] = (AttachReason.NotSupported, "its runtime speaks another version of the protocol"),
        [0x80131515] = (AttachReason.NotSupported, "its runtime does not support it"),
        [0x80004005] = (AttachReason.Refused, "its runtime failed to do it (often: memory for the session's buffer; try a smaller --buffersize)"),
        [0x8013135B] = (AttachReason.Refused, "its runtime is not ready yet; try again in a second"),
        [0x80131371] = (AttachReason.Refused, "its runtime is not initialised yet; try again in a second"),
        [0x80070057] = (AttachReason.BadRequest, "its runtime refuses the arguments"),
        [0x8007000E] = (AttachReason.Refused, "it is out of memory"),
    };

    public static (AttachReason Reason, string Text) Explain(uint code) =>
        ByCode.TryGetValue(code, out var known) ? (known.Reason, $"{known.Text} (0x{code:X8})") : (AttachReason.Refused, $"its runtime answered error 0x{code:X8}");
}
