// What an OTLP endpoint answers: an endpoint that took only some of what it was sent says so in a message of two fields,
// with success as its status. Who does not read that loses spans without a word.
using Scope.Events;

namespace Scope.Reports.Exports;

/// <summary>An export response's partial success.</summary>
/// <param name="Rejected">Records that the endpoint did not take.</param>
/// <param name="Message">Why, or a warning though all were taken; "" for nothing.</param>
public readonly record struct OtlpAnswer(long Rejected, string Message)
{
    const int Varints = 0, Lengths = 2, Fixed64s = 1, Fixed32s = 5;

    /// <summary>Reads an ExportTraceServiceResponse or ExportLogsServiceResponse, which are alike; what is not one says nothing.</summary>
    public static OtlpAnswer Read(ReadOnlySpan<byte> response)
    {
        var answer = default(OtlpAnswer) with { Message = "" };
        while (TryField(ref response, out var field, out _, out var inner))
        {
            if (field != OtlpFields.ExportResponse.PartialSuccess) continue;
            while (TryField(ref inner, out var part, out var number, out var text))
                if (part == OtlpFields.PartialSuccess.Rejected) answer = answer with { Rejected = Math.Max(0, (long)number) };
                else if (part == OtlpFields.PartialSuccess.ErrorMessage) answer = answer with { Message = System.Text.Encoding.UTF8.GetString(text) };
        }
        return answer;
    }

    static bool TryField(ref ReadOnlySpan<byte> from, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (from.IsEmpty || !Varint.TryRead(ref from, out var tag)) return false;
        field = (int)(tag >> 3);
        switch ((int)(tag & 7))
        {
            case Varints: return Varint.TryRead(ref from, out number);
            case Lengths when Varint.TryRead(ref from, out var length) && length <= (ulong)from.Length:
                bytes = from[..(int)length];
                from = from[(int)length..];
                return true;
            case Fixed64s when from.Length >= 8: from = from[8..]; return true;
            case Fixed32s when from.Length >= 4: from = from[4..]; return true;
            default: return false;
        }
    }
}
