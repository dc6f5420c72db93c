// The shared memory as C++ sees it: the same layout as Scope.Hooks.Wire, word for word. The static_asserts pin it on this
// side and the tests compare them with the C# side, so that neither can move alone.
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

constexpr uint32_t CommandDetach = 1;   // NativeCommand.Detach

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
    alignas(64) uint32_t asked;
    uint32_t command;
    uint32_t heartbeat;
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
static_assert(offsetof(NativeControl, asked) == 64);
static_assert(offsetof(NativeControl, command) == 68);
static_assert(offsetof(NativeControl, heartbeat) == 72);

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
    uint32_t reserved;
};
constexpr uint64_t AttachMagic = 0x5654414E504F4353;  // NativeAttach.ExpectedMagic
constexpr uint32_t AttachVersion = 1;                  // NativeAttach.CurrentVersion
static_assert(sizeof(NativeAttach) == 32);
static_assert(offsetof(NativeAttach, magic) == 0);
static_assert(offsetof(NativeAttach, version) == 8);
static_assert(offsetof(NativeAttach, regionVersion) == 12);
static_assert(offsetof(NativeAttach, nonce) == 16);
static_assert(offsetof(NativeAttach, silenceMillis) == 24);
static_assert(offsetof(NativeAttach, reserved) == 28);

constexpr int32_t MinSilenceMillis = 1000;      // HookLimits.MinSilenceMillis
constexpr int32_t MaxSilenceMillis = 3600000;   // HookLimits.MaxSilenceMillis

// Why an attach or a command is refused; NativeRefusal says it in words.
constexpr int32_t BadRequest = static_cast<int32_t>(0x8007000D);      // NativeRefusal.BadRequest
constexpr int32_t OtherVersion = static_cast<int32_t>(0x8007051A);    // NativeRefusal.OtherVersion
constexpr int32_t NoMemory = static_cast<int32_t>(0x8007000E);        // NativeRefusal.NoMemory
constexpr int32_t AlreadyHere = static_cast<int32_t>(0x800700AA);     // NativeRefusal.AlreadyHere
constexpr int32_t UnknownCommand = static_cast<int32_t>(0x80004001);  // NativeRefusal.UnknownCommand

}
