// Every bound in Scope but those of snapshots (Snapshots/Limits.cs), queries (Queries/Limits.cs) and what lasts (Tiers/Limits.cs), rings (Limits.Rings.cs) and watch mode (Limits.Watch.cs), in one file, each with its reason. What a full one drops is counted in the ledger.
// A test fails on a bound that stands anywhere else.
namespace Scope.Events;

/// <summary>The bounds that keep Scope small beside the process it watches.</summary>
public static partial class Limits
{
    /// <summary>Distinct names in a recording. A hostile target that makes up names must not eat the agent: 256 Ki names of 100 characters are some 60 MB.</summary>
    public const int Names = 1 << 18;

    /// <summary>Characters in a name; longer ones are cut. SQL texts are the long ones, and 4 KB of a statement tells it apart.</summary>
    public const int NameChars = 4096;

    /// <summary>Distinct methods: the largest service seen had 120,000 compiled ones.</summary>
    public const int Methods = 1 << 19;

    /// <summary>Distinct modules.</summary>
    public const int Modules = 1 << 16;

    /// <summary>Distinct places in code (return addresses on stacks).</summary>
    public const int CodeNodes = 1 << 20;

    /// <summary>Nodes of the stack tree: stacks share their callers, so this is some hundred thousand distinct stacks.</summary>
    public const int StackNodes = 1 << 21;

    /// <summary>Frames kept of one stack, from the top; deeper ones are cut at the root's end (a stack overflow has 10,000 and more).</summary>
    public const int StackFrames = 512;

    /// <summary>Distinct threads in a recording, the dead ones counted.</summary>
    public const int Threads = 1 << 18;

    /// <summary>Targets in a recording.</summary>
    public const int Targets = 1 << 12;

    /// <summary>The highest process id there can be: the kernel's own bound. What claims a higher one is something else.</summary>
    public const uint ProcessId = 1 << 22;

    /// <summary>Span identities that can still be looked up by their W3C or runtime id, for each of two generations. Of older ones a late parent or child no longer finds the dense id.</summary>
    public const int SpanGeneration = 1 << 18;

    /// <summary>Span ids that keep what they stand for after their last use, whatever the hot index holds: both generations, and with them all that waits in rings.</summary>
    public const int SpansRemembered = 2 * SpanGeneration;

    /// <summary>Bytes of one payload; what is longer is cut and flagged. A log line or SQL text beyond this tells nobody more.</summary>
    public const int PayloadBytes = 16 * 1024;

    /// <summary>Bytes of recent history in memory unless scope.toml says otherwise. With the rings, what all else takes and what the garbage collector leaves free, the agent stays under 500 MB however long it records.</summary>
    public const long HistoryBytes = 133L << 20;

    /// <summary>Bytes of all payloads in memory, their places counted, unless scope.toml says otherwise: two sevenths, some 40 for each event that the hot index holds. Older ones are in the segments.</summary>
    public const long PayloadStoreBytes = HistoryBytes / 7 * 2;

    /// <summary>Events in one frame of a segment: big enough to compress well, small enough that a torn one loses little.</summary>
    public const int SegmentFrameEvents = 1 << 14;

    /// <summary>Bytes of one frame of a segment before compression. A frame's events need at most 3 MB; dictionaries are cut into frames at a quarter of this.</summary>
    public const int SegmentFrameBytes = 16 << 20;

    /// <summary>Bytes of a segment file, after which the next one is begun: what is shipped, archived and fetched at once.</summary>
    public const long SegmentBytes = 64L << 20;

    /// <summary>Bytes of a spool unless scope.toml says otherwise: some four days of 1,000 events a second.</summary>
    public const long SpoolBytes = 4L << 30;

    /// <summary>Events after which the next segment file is begun, however few bytes they have: for each of them the writer may know a payload and a span, in 8 bytes.</summary>
    public const int SegmentFullEvents = 2 << 20;

    /// <summary>Events in one segment file; a file that claims more is not one of ours.</summary>
    public const int SegmentEvents = 32 << 20;

    /// <summary>Characters of a text in a segment's dictionaries other than names: signatures and paths are the long ones.</summary>
    public const int SegmentTextChars = 16 << 10;

    /// <summary>Fields of one payload in a segment; what comes after is cut, as their number is written in one byte.</summary>
    public const int SegmentPayloadFields = byte.MaxValue;

    /// <summary>Bytes of a recording.json; the ledger's entries in it are a megabyte, and a file larger than this is not one of ours.</summary>
    public const int RecordingInfoBytes = 64 << 20;

    /// <summary>Entries of losses in the ledger, one a second and source: some hours of it. Past that the last entry of the source widens.</summary>
    public const int LedgerEntries = 4096;

    /// <summary>What an event of a reopened recording takes in memory, dictionaries and payloads counted: some 130 bytes, measured.</summary>
    public const long ReopenedEventBytes = 130;

    /// <summary>Events of a reopened recording held in memory, the newest: some 2 GB.</summary>
    public const long RecordingEvents = 20L << 20;

    /// <summary>Events that a report holds whole: a browser opens this many in under two seconds, and the file stays under 15 MB.</summary>
    public const int ReportEvents = 100_000;

    /// <summary>Flows that a report draws as waterfalls: more than anybody reads, few enough to choose from.</summary>
    public const int ReportFlows = 180;

    /// <summary>Events that one finding shows as its evidence in a report; the recording has the rest.</summary>
    public const int ReportEvidence = 200;

    /// <summary>Groups that a report shows of one sort (routes, exceptions, SQL texts, locks): the largest ones.</summary>
    public const int ReportGroups = 100;

    /// <summary>Groups that a report counts apart while it is being made, and rows of its long tables; what comes after is counted together.</summary>
    public const int ReportRows = 2000;

    /// <summary>Nodes of a report's flame graph; thinner ones cannot be seen.</summary>
    public const int ReportFlameNodes = 12_000;

    /// <summary>Nodes of the stacks that a report's events point to.</summary>
    public const int ReportStackNodes = 60_000;

    /// <summary>Characters of one text in a report, evidence apart: a screen of it.</summary>
    public const int ReportTextChars = 2000;

    /// <summary>Browsers that look at one live page at once; each gets a state a second.</summary>
    public const int LiveViewers = 8;

    /// <summary>Names that the live view counts apart in one second: 8 KB each, 2 MB a second at the most. One that comes after so many is no top one.</summary>
    public const int LiveRows = 256;

    /// <summary>Bytes of all texts in a report, so that a target with huge messages still gives a file that opens.</summary>
    public const int ReportTextBytes = 6_000_000;

    /// <summary>Arenas of the C library's heap: the few threads that compress at once seldom meet in it.</summary>
    public const int NativeArenas = 2;

    /// <summary>Events in the hot index unless scope.toml says otherwise.</summary>
    public const int HotEvents = 8 << 20;

    /// <summary>Events in a block of the hot index, which is also the unit of pruning and of sealing.</summary>
    public const int BlockEvents = 1 << 16;

    /// <summary>Bytes of the hot index and the spans in it unless scope.toml says otherwise: five sevenths, some 900,000 events, nine seconds of a very busy target, a minute of a busy one and hours of a quiet one. The whole is in the segments.</summary>
    public const long HotBytes = HistoryBytes / 7 * 5;

    /// <summary>Heads in a page of a chain's head table, and identities in a page of spans: 64 and 96 KB, small enough that the pages of forgotten spans go soon.</summary>
    public const int HeadPage = 1 << 12;

    /// <summary>Blocks of the hot index kept for use again; what is pruned beyond goes back to the memory.</summary>
    public const int SpareBlocks = 2;

    /// <summary>Events that wait for one subscriber; past that it misses the oldest of them. A screen shows fewer.</summary>
    public const int SubscriptionEvents = 1 << 14;

    /// <summary>Subscriptions at once: each costs a look at every event.</summary>
    public const int Subscriptions = 64;

    /// <summary>Milliseconds between two looks for subscribers; with the look itself new events are there within 100.</summary>
    public const int SubscriptionPumpMillis = 25;

    /// <summary>Milliseconds after which a source that says nothing no longer holds the others back in the merge.</summary>
    public const int MergeHoldMillis = 250;

    /// <summary>Bytes of one block in a nettrace stream; the runtime writes some 100 KB, a mutated length may say anything.</summary>
    public const int NettraceBlockBytes = 64 << 20;

    /// <summary>Milliseconds that a runtime has for an answer on its diagnostics port. It answers in single ones; a machine under full load was seen to need two seconds.</summary>
    public const int PortReplyMillis = 10_000;

    /// <summary>Bytes of one message on a runtime's diagnostics port, its header counted: the protocol writes the length in 16 bits.</summary>
    public const int PortMessageBytes = ushort.MaxValue;

    /// <summary>Milliseconds that a session has to end: the rundown of a large service takes up to three seconds, and a target out of CPU some times that.</summary>
    public const int SessionStopMillis = 30_000;

    /// <summary>Milliseconds without a byte taken after which the reader of an ending session counts as stalled and its stream is emptied for it.</summary>
    public const int StalledReaderMillis = 2_000;

    /// <summary>Bytes of a target's environment as it answers; the kernel allows some 2 MB at the start, in half the width.</summary>
    public const int EnvironmentBytes = 8 << 20;

    /// <summary>Bytes read from a nettrace stream at a time, at first; the buffer grows with the largest block.</summary>
    public const int NettraceReadBytes = 256 * 1024;

    /// <summary>Events that wait to be put in order; the runtime lets some 100,000 pile up at 1 M events a second. Past that all go out as they are.</summary>
    public const int NettracePendingEvents = 1 << 20;

    /// <summary>Bytes of a nettrace stream held for events that wait to be put in order. The runtime sets a sequence point each 10 MB.</summary>
    public const int NettraceHeldBytes = 128 << 20;

    /// <summary>Sorts of events in one nettrace stream, which also bounds their numbers: a large service tells some 3,000.</summary>
    public const int NettraceSorts = 1 << 20;

    /// <summary>How deep structures in a payload's description may nest, so that a hostile one cannot use up the call stack.</summary>
    public const int NettraceFieldDepth = 16;

    /// <summary>Label lists of a nettrace stream between two sequence points.</summary>
    public const int NettraceLabelLists = 1 << 20;

    /// <summary>Runtimes that may dial in under one "run --": a build starts some dozens.</summary>
    public const int ReverseRuntimes = 256;

    /// <summary>Bytes that an imported file may unfold to: a day of a busy service is some 30 GB, an archive bomb has no end.</summary>
    public const long ImportUnpackedBytes = 64L << 30;

    /// <summary>Events of an imported file in memory that are not on the disk yet; then the reading waits, which a file can. Well below what the hot index and the payload store hold, so that they drop none.</summary>
    public const int ImportUnwrittenEvents = 1 << 17;

    /// <summary>Entries of an imported archive that are looked through for a trace; dotnet-monitor's have a handful.</summary>
    public const int ImportZipEntries = 10_000;

    /// <summary>Processes of an imported file that are told apart when it is said how many there are.</summary>
    public const int ImportProcesses = 100;

    /// <summary>Values within values in a TOML text: configuration needs three, and a hostile one must not overflow the stack.</summary>
    public const int TomlDepth = 100;

    /// <summary>Bytes of a configuration file.</summary>
    public const int ConfigurationBytes = 1 << 20;

    /// <summary>Spans open at once; past that the oldest is taken for abandoned.</summary>
    public const int OpenSpans = 1 << 17;

    /// <summary>Changes of the level of pressure that wait for the merge: one in a second at most.</summary>
    public const int PressureRingEvents = 1 << 6;

    /// <summary>How long events wait under pressure until it is known how their flow went: a flow that takes longer is slow, and kept.</summary>
    public const long FlowWindowNanos = 2_000_000_000;

    /// <summary>Events that wait so at most, 16 MB; with more, they go on before the window has passed, and their flows are kept.</summary>
    public const int FlowWindowEvents = 1 << 18;

    /// <summary>Bytes of a text file read from a target's disk (deps.json): the largest seen has 2 MB.</summary>
    public const int TargetTextBytes = 16 << 20;

    /// <summary>Bytes of a module or PDB read from a target's disk; what is larger gets no source lines.</summary>
    public const int TargetImageBytes = 256 << 20;

    /// <summary>PDBs held open for source lines; a report asks for a few dozen methods in a few modules.</summary>
    public const int OpenPdbs = 32;

    /// <summary>Methods whose IL is kept; the diagnosis asks for the few that are hot and what they call.</summary>
    public const int MethodBodies = 1024;

    /// <summary>Events that a finding names as evidence: more than a reader will open.</summary>
    public const int Evidence = 20;

    /// <summary>Spans kept of one flow until its request ends; a loop over ten thousand queries is told by the first thousands too.</summary>
    public const int SpansOfFlow = 2048;

    /// <summary>Flows with open requests that a diagnosis follows at once; past that, new ones are counted but not examined.</summary>
    public const int FlowsFollowed = 1 << 16;

    /// <summary>Stacks that a stream may number between two sequence points; the runtime sets one at least each 100 ms or so.</summary>
    public const int NettraceStackIds = 1 << 20;

    /// <summary>Spans that have ended and can still be named by late events: fire-and-forget work, a stop read before its start.</summary>
    public const int EndedSpans = 1 << 16;

    /// <summary>Tasks between scheduling and start, and between begin and end of a wait. Their ids count up, so old ones fall out by themselves; a power of two.</summary>
    public const int TasksRemembered = 1 << 16;

    /// <summary>Routes, and sorts of calls, that a diagnosis tells apart; a service whose routes are paths with ids in them would else make millions.</summary>
    public const int RoutesExamined = 2048;

    /// <summary>Sorts of work on the critical path of one route.</summary>
    public const int StepsOfRoute = 256;

    /// <summary>Contentions of one lock whose owner is looked up: each asks for the samples of a thread in an interval.</summary>
    public const int ContentionsExamined = 128;

    /// <summary>Events in the ring of the kernel's counters: some minutes of a target with a thousand busy threads.</summary>
    public const int ThreadTimesRingEvents = 1 << 16;

    /// <summary>Milliseconds that events wait in their rings for the names of methods that were compiled before we came. A rundown takes 0.3 to 1 s; past this, samples go without a method until their names come.</summary>
    public const int NamesWaitMillis = 3000;

    /// <summary>Sentences that a recording keeps about what is missing from it.</summary>
    public const int RecordingNotes = 32;

    /// <summary>How often one recording brings back activities that another tool took: past that, that tool wants them more.</summary>
    public const int Rearmings = 5;

    /// <summary>Spans inside spans on a critical path; what nests deeper counts for the one at this depth.</summary>
    public const int SpanDepth = 32;

    /// <summary>Fields and tags read of one span: a library that adds more is one that adds without end.</summary>
    public const int SpanFields = 256;

    /// <summary>Fields kept of an event that nobody here knows.</summary>
    public const int UnknownEventFields = 32;

    /// <summary>Bytes read of an OTLP endpoint's answer: two fields and a sentence.</summary>
    public const int OtlpAnswerBytes = 1 << 20;

    /// <summary>Parameters looked for in a request's path.</summary>
    public const int RouteValues = 16;
}
