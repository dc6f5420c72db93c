// The shared memory as C++ sees it: the same layout as Scope.Hooks.Wire, word for word. The static_asserts pin it on this
// side and the tests compare them with the C# side, so that neither can move alone. What probes add is in wire_probes.h.
#pragma once
#include <cstddef>
#include <cstdint>

namespace scope {

constexpr uint64_t ExpectedMagic = 0x4B4F4F48504F4353;  // RegionHeader.ExpectedMagic
constexpr uint32_t CurrentVersion = 2;                   // RegionHeader.CurrentVersion

constexpr uint16_t KindHandshake = 3;   // HookKind.Handshake
constexpr int32_t HookIdle = 1;         // HookState.Idle

constexpr int32_t StateAttaching = 1;   // NativeState.Attaching
constexpr int32_t StateAttached = 2;    // NativeState.Attached
constexpr int32_t StateDetaching = 3;   // NativeState.Detaching
constexpr int32_t StateDetached = 4;    // NativeState.Detached
constexpr int32_t StateWaiting = 5;     // NativeState.Waiting

constexpr uint32_t CommandDetach = 1;      // NativeCommand.Detach
constexpr uint32_t CommandArm = 2;         // NativeCommand.Arm
constexpr uint32_t CommandDisarm = 3;      // NativeCommand.Disarm
constexpr uint32_t CommandDisarmAll = 4;   // NativeCommand.DisarmAll
constexpr uint32_t CommandTakeOver = 5;    // NativeCommand.TakeOver

/// One record in a ring.
struct HookRecord {
    int64_t ticks;
    uint16_t kind;
    uint16_t flags;
    uint32_t sequence;
    uint64_t traceHigh;
    uint64_t traceLow;
    uint64_t span;
    uint64_t parent;
    uint32_t name;
    uint32_t source;
    int64_t value;
};
static_assert(sizeof(HookRecord) == 64);
static_assert(offsetof(HookRecord, ticks) == 0);
static_assert(offsetof(HookRecord, kind) == 8);
static_assert(offsetof(HookRecord, flags) == 10);
static_assert(offsetof(HookRecord, sequence) == 12);
static_assert(offsetof(HookRecord, traceHigh) == 16);
static_assert(offsetof(HookRecord, traceLow) == 24);
static_assert(offsetof(HookRecord, span) == 32);
static_assert(offsetof(HookRecord, parent) == 40);
static_assert(offsetof(HookRecord, name) == 48);
static_assert(offsetof(HookRecord, source) == 52);
static_assert(offsetof(HookRecord, value) == 56);

/// The control block: a line that the target writes, and a line that the agent writes.
struct NativeControl {
    uint32_t version;
    int32_t state;
    uint64_t nonce;
    uint32_t answered;
    int32_t result;
    uint32_t eventMask;
    uint32_t silenceMillis;
    uint32_t detail;
    alignas(64) uint32_t asked;
    uint32_t command;
    uint32_t heartbeat;
    alignas(8) uint64_t argument;
};
constexpr size_t NativeControlOffset = 1024;  // NativeControl.Offset
static_assert(sizeof(NativeControl) == 128);
static_assert(offsetof(NativeControl, version) == 0);
static_assert(offsetof(NativeControl, state) == 4);
static_assert(offsetof(NativeControl, nonce) == 8);
static_assert(offsetof(NativeControl, answered) == 16);
static_assert(offsetof(NativeControl, result) == 20);
static_assert(offsetof(NativeControl, eventMask) == 24);
static_assert(offsetof(NativeControl, silenceMillis) == 28);
static_assert(offsetof(NativeControl, detail) == 32);
static_assert(offsetof(NativeControl, asked) == 64);
static_assert(offsetof(NativeControl, command) == 68);
static_assert(offsetof(NativeControl, heartbeat) == 72);
static_assert(offsetof(NativeControl, argument) == 80);

/// The head of the region; the control block stands in the free part of its page.
struct RegionHeader {
    uint64_t magic;
    uint32_t version;
    uint32_t rings;
    uint32_t slots;
    uint32_t textBytes;
    int64_t ticksPerSecond;
    int32_t state;
    int32_t active;
    int64_t droppedWithoutRing;
    int64_t errors;
    int64_t textTail;
    alignas(64) int32_t wanted;
    alignas(8) int64_t heartbeatTicks;
    uint8_t free[NativeControlOffset - 80];
    NativeControl native;
    uint8_t rest[4096 - NativeControlOffset - sizeof(NativeControl)];
};
static_assert(sizeof(RegionHeader) == 4096);
static_assert(offsetof(RegionHeader, magic) == 0);
static_assert(offsetof(RegionHeader, version) == 8);
static_assert(offsetof(RegionHeader, rings) == 12);
static_assert(offsetof(RegionHeader, slots) == 16);
static_assert(offsetof(RegionHeader, textBytes) == 20);
static_assert(offsetof(RegionHeader, ticksPerSecond) == 24);
static_assert(offsetof(RegionHeader, state) == 32);
static_assert(offsetof(RegionHeader, active) == 36);
static_assert(offsetof(RegionHeader, droppedWithoutRing) == 40);
static_assert(offsetof(RegionHeader, errors) == 48);
static_assert(offsetof(RegionHeader, textTail) == 56);
static_assert(offsetof(RegionHeader, wanted) == 64);
static_assert(offsetof(RegionHeader, heartbeatTicks) == 72);
static_assert(offsetof(RegionHeader, native) == NativeControlOffset);

/// The head of one ring.
struct RingHeader {
    uint64_t head;
    alignas(64) uint64_t tail;
    alignas(64) int64_t dropped;
    int32_t thread;
    int32_t owned;
    uint8_t rest[256 - 144];
};
static_assert(sizeof(RingHeader) == 256);
static_assert(offsetof(RingHeader, head) == 0);
static_assert(offsetof(RingHeader, tail) == 64);
static_assert(offsetof(RingHeader, dropped) == 128);
static_assert(offsetof(RingHeader, thread) == 136);
static_assert(offsetof(RingHeader, owned) == 140);

/// What the agent hands over at attach: the client data, which may come from anybody who may open the diagnostics port.
struct NativeAttach {
    uint64_t magic;
    uint32_t version;
    uint32_t regionVersion;
    uint64_t nonce;
    uint32_t silenceMillis;
    uint16_t rings;
    uint16_t slotsPower;
};
constexpr uint64_t AttachMagic = 0x5654414E504F4353;  // NativeAttach.ExpectedMagic
constexpr uint32_t AttachVersion = 2;                  // NativeAttach.CurrentVersion
static_assert(sizeof(NativeAttach) == 32);
static_assert(offsetof(NativeAttach, magic) == 0);
static_assert(offsetof(NativeAttach, version) == 8);
static_assert(offsetof(NativeAttach, regionVersion) == 12);
static_assert(offsetof(NativeAttach, nonce) == 16);
static_assert(offsetof(NativeAttach, silenceMillis) == 24);
static_assert(offsetof(NativeAttach, rings) == 28);
static_assert(offsetof(NativeAttach, slotsPower) == 30);

constexpr int32_t MinSilenceMillis = 1000;      // HookLimits.MinSilenceMillis
constexpr int32_t MaxSilenceMillis = 3600000;   // HookLimits.MaxSilenceMillis
constexpr uint32_t MaxRings = 1024;              // HookLimits.MaxRings
constexpr uint32_t MaxSlots = 65536;             // HookLimits.MaxSlots

// Why an attach, a command or a probe is refused; NativeRefusal says it in words.
constexpr int32_t BadRequest = static_cast<int32_t>(0x8007000D);       // NativeRefusal.BadRequest
constexpr int32_t OtherVersion = static_cast<int32_t>(0x8007051A);     // NativeRefusal.OtherVersion
constexpr int32_t NoMemory = static_cast<int32_t>(0x8007000E);         // NativeRefusal.NoMemory
constexpr int32_t AlreadyHere = static_cast<int32_t>(0x800700AA);      // NativeRefusal.AlreadyHere
constexpr int32_t UnknownCommand = static_cast<int32_t>(0x80004001);   // NativeRefusal.UnknownCommand
constexpr int32_t BadPlan = static_cast<int32_t>(0xA0040001);          // NativeRefusal.BadPlan
constexpr int32_t SlotTaken = static_cast<int32_t>(0xA0040002);        // NativeRefusal.SlotTaken
constexpr int32_t ModuleNotFound = static_cast<int32_t>(0xA0040003);   // NativeRefusal.ModuleNotFound
constexpr int32_t NoIl = static_cast<int32_t>(0xA0040004);             // NativeRefusal.NoIl
constexpr int32_t IlTooBig = static_cast<int32_t>(0xA0040005);         // NativeRefusal.IlTooBig
constexpr int32_t HasJmp = static_cast<int32_t>(0xA0040006);           // NativeRefusal.HasJmp
constexpr int32_t RuntimeAsync = static_cast<int32_t>(0xA0040007);     // NativeRefusal.RuntimeAsync
constexpr int32_t Collectible = static_cast<int32_t>(0xA0040008);      // NativeRefusal.Collectible
constexpr int32_t CoreLibrary = static_cast<int32_t>(0xA0040009);      // NativeRefusal.CoreLibrary
constexpr int32_t NoSuchPlace = static_cast<int32_t>(0xA004000A);      // NativeRefusal.NoSuchPlace
constexpr int32_t NotCapturable = static_cast<int32_t>(0xA004000B);    // NativeRefusal.NotCapturable
constexpr int32_t NoSuchInstruction = static_cast<int32_t>(0xA004000C); // NativeRefusal.NoSuchInstruction
constexpr int32_t UnknownIl = static_cast<int32_t>(0xA004000D);        // NativeRefusal.UnknownIl
constexpr int32_t TooManyProbes = static_cast<int32_t>(0xA004000E);    // NativeRefusal.TooManyProbes
constexpr int32_t HitsUsedUp = static_cast<int32_t>(0xA004000F);       // NativeRefusal.HitsUsedUp
constexpr int32_t TooFast = static_cast<int32_t>(0xA0040010);          // NativeRefusal.TooFast
constexpr int32_t AgentSilent = static_cast<int32_t>(0xA0040011);      // NativeRefusal.AgentSilent
constexpr int32_t NoSuchProbe = static_cast<int32_t>(0xA0040012);      // NativeRefusal.NoSuchProbe
constexpr int32_t RuntimeRefused = static_cast<int32_t>(0xA0040013);   // NativeRefusal.RuntimeRefused

}
