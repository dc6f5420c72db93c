// The sections of a dictionary frame. Each may use those that stand before it, and its own earlier entries; they are written in
// the order of their numbers, what took the place of another in that one's. The numbers are in files: never renumber.
namespace Scope.Store.Segments;

/// <summary>What a section holds.</summary>
enum DictionarySection : byte
{
    /// <summary>A text each.</summary>
    Names = 1,
    /// <summary>The recording's id, then what is known of the process.</summary>
    Targets = 2,
    /// <summary>Target, runtime's id, path, whether dynamic.</summary>
    Modules = 3,
    /// <summary>Module, token, type, name, signature.</summary>
    Methods = 4,
    /// <summary>Target, address, method, offset.</summary>
    CodeNodes = 5,
    /// <summary>Caller's stack, frame's code node.</summary>
    Stacks = 6,
    /// <summary>Target, the OS's number, name.</summary>
    Threads = 7,
    /// <summary>The recording's id, then 0, or 1 and 16 bytes of trace id.</summary>
    Flows = 8,
    /// <summary>The recording's id, then 0, or 1 and 24 bytes of identity, or 2, the flow whose trace id it has, and 8 bytes of span id.</summary>
    Spans = 9,
    /// <summary>The fields.</summary>
    Payloads = 10,
    /// <summary>More of a target that was told before: the segment's id, then all that is known now.</summary>
    TargetUpdates = 11,
    /// <summary>Whose a code node is that was told before: the segment's id, method, offset.</summary>
    CodeNodeUpdates = 12,
    /// <summary>The name of a thread that was told before: the segment's id, name.</summary>
    ThreadUpdates = 13,
    /// <summary>Flows since version 3: the recording's id by its difference, then as Identities.cs has it.</summary>
    FlowIdentities = 14,
    /// <summary>Spans since version 3: the same.</summary>
    SpanIdentities = 15,
    /// <summary>Stacks since version 3: how many entries back its caller's stack is, frame.</summary>
    StackSteps = 16,
    /// <summary>Methods since version 4: the same, each text once; see Repetition.cs.</summary>
    MethodTexts = 17,
    /// <summary>Payloads since version 4: the fields, those that say what one said lately in few bytes.</summary>
    PayloadFields = 18,
}
