// The part of the shared memory and of the records that probes need, as wire.h: the plan that the agent writes, the states
// that we write, and hits. Everything in a plan is another process's word and is checked in plan.cpp before it is used.
#pragma once
#include "wire.h"

namespace scope {

constexpr uint16_t KindProbeEnter = 16;            // HookKind.ProbeEnter
constexpr uint16_t KindProbeLeave = 17;            // HookKind.ProbeLeave
constexpr uint16_t KindProbeException = 18;        // HookKind.ProbeException
constexpr uint16_t KindProbeLine = 19;             // HookKind.ProbeLine

constexpr uint32_t FlagEnter = 1;                  // ProbeFlags.Enter
constexpr uint32_t FlagLeave = 2;                  // ProbeFlags.Leave
constexpr uint32_t FlagException = 4;              // ProbeFlags.Exception
constexpr uint32_t FlagLine = 8;                   // ProbeFlags.Line
constexpr uint32_t FlagCountOnly = 16;             // ProbeFlags.CountOnly
constexpr uint32_t FlagCoreLibrary = 32;           // ProbeFlags.CoreLibrary

constexpr uint32_t ProbePending = 1;               // ProbeState.Pending
constexpr uint32_t ProbeArmed = 2;                 // ProbeState.Armed
constexpr uint32_t ProbeTripped = 3;               // ProbeState.Tripped
constexpr uint32_t ProbeReverted = 4;              // ProbeState.Reverted
constexpr uint32_t ProbeRefused = 5;               // ProbeState.Refused

constexpr uint8_t MomentEnter = 1;                 // CaptureMoment.Enter
constexpr uint8_t MomentLeave = 2;                 // CaptureMoment.Leave
constexpr uint8_t MomentException = 4;             // CaptureMoment.Exception
constexpr uint8_t MomentLine = 8;                  // CaptureMoment.Line
constexpr uint8_t MomentOnlyForCondition = 128;    // CaptureMoment.OnlyForCondition

constexpr uint8_t RootArgument = 0;                // CaptureRoot.Argument
constexpr uint8_t RootLocal = 1;                   // CaptureRoot.Local
constexpr uint8_t RootReturn = 2;                  // CaptureRoot.Return
constexpr uint8_t RootException = 3;               // CaptureRoot.Exception

constexpr uint32_t HopWithin = 0;                  // CaptureHop.Within
constexpr uint32_t HopFollow = 1;                  // CaptureHop.Follow
constexpr uint32_t HopElement = 2;                 // CaptureHop.Element

constexpr uint8_t ReadInt8 = 1;                    // CaptureRead.Int8
constexpr uint8_t ReadUInt8 = 2;                   // CaptureRead.UInt8
constexpr uint8_t ReadInt16 = 3;                   // CaptureRead.Int16
constexpr uint8_t ReadUInt16 = 4;                  // CaptureRead.UInt16
constexpr uint8_t ReadInt32 = 5;                   // CaptureRead.Int32
constexpr uint8_t ReadUInt32 = 6;                  // CaptureRead.UInt32
constexpr uint8_t ReadInt64 = 7;                   // CaptureRead.Int64
constexpr uint8_t ReadUInt64 = 8;                  // CaptureRead.UInt64
constexpr uint8_t ReadSingle = 9;                  // CaptureRead.Single
constexpr uint8_t ReadDouble = 10;                 // CaptureRead.Double
constexpr uint8_t ReadBool = 11;                   // CaptureRead.Bool
constexpr uint8_t ReadChar = 12;                   // CaptureRead.Char
constexpr uint8_t ReadText = 13;                   // CaptureRead.Text
constexpr uint8_t ReadType = 14;                   // CaptureRead.Type
constexpr uint8_t ReadLength = 15;                 // CaptureRead.Length
constexpr uint8_t ReadObject = 16;                 // CaptureRead.Object
constexpr uint8_t ReadBytes = 17;                  // CaptureRead.Bytes

constexpr uint8_t OpCapture = 1;                   // ConditionOperation.Capture
constexpr uint8_t OpInteger = 2;                   // ConditionOperation.Integer
constexpr uint8_t OpDouble = 3;                    // ConditionOperation.Double
constexpr uint8_t OpElapsedNanos = 4;              // ConditionOperation.ElapsedNanos
constexpr uint8_t OpEqual = 5;                     // ConditionOperation.Equal
constexpr uint8_t OpNotEqual = 6;                  // ConditionOperation.NotEqual
constexpr uint8_t OpLess = 7;                      // ConditionOperation.Less
constexpr uint8_t OpLessOrEqual = 8;               // ConditionOperation.LessOrEqual
constexpr uint8_t OpGreater = 9;                   // ConditionOperation.Greater
constexpr uint8_t OpGreaterOrEqual = 10;           // ConditionOperation.GreaterOrEqual
constexpr uint8_t OpAnd = 11;                      // ConditionOperation.And
constexpr uint8_t OpOr = 12;                       // ConditionOperation.Or
constexpr uint8_t OpNot = 13;                      // ConditionOperation.Not
constexpr uint8_t OpIsNull = 14;                   // ConditionOperation.IsNull
constexpr uint8_t OpTextEquals = 15;               // ConditionOperation.TextEquals
constexpr uint8_t OpTextStartsWith = 16;           // ConditionOperation.TextStartsWith
constexpr uint8_t OpTextEndsWith = 17;             // ConditionOperation.TextEndsWith
constexpr uint8_t OpTextContains = 18;             // ConditionOperation.TextContains
constexpr uint8_t OpTypeIs = 19;                   // ConditionOperation.TypeIs

constexpr uint16_t RecordValuesCut = 1;            // ProbeRecordFlags.ValuesCut

constexpr uint8_t ValueInt = 1;                    // ProbeValueKind.Int
constexpr uint8_t ValueUInt = 2;                   // ProbeValueKind.UInt
constexpr uint8_t ValueDouble = 3;                 // ProbeValueKind.Double
constexpr uint8_t ValueBool = 4;                   // ProbeValueKind.Bool
constexpr uint8_t ValueChar = 5;                   // ProbeValueKind.Char
constexpr uint8_t ValueText = 6;                   // ProbeValueKind.Text
constexpr uint8_t ValueType = 7;                   // ProbeValueKind.Type
constexpr uint8_t ValueLength = 8;                 // ProbeValueKind.Length
constexpr uint8_t ValueObject = 9;                 // ProbeValueKind.Object
constexpr uint8_t ValueBytes = 10;                 // ProbeValueKind.Bytes
constexpr uint8_t ValueNull = 11;                  // ProbeValueKind.Null
constexpr uint8_t ValueOtherType = 12;             // ProbeValueKind.OtherType
constexpr uint8_t ValueOutOfRange = 13;            // ProbeValueKind.OutOfRange
constexpr uint8_t ValueUnreadable = 14;            // ProbeValueKind.Unreadable

constexpr uint32_t MaxProbes = 1024;               // HookLimits.MaxProbes
constexpr uint32_t MaxPlanBytes = 262144;          // HookLimits.MaxPlanBytes
constexpr uint32_t MaxProbesOfMethod = 16;         // HookLimits.MaxProbesOfMethod
constexpr uint32_t MaxCaptures = 32;               // HookLimits.MaxCaptures
constexpr uint32_t MaxRoots = 16;                  // HookLimits.MaxRoots
constexpr uint32_t MaxHops = 8;                    // HookLimits.MaxHops
constexpr uint32_t MaxHopOffset = 65536;           // HookLimits.MaxHopOffset
constexpr uint32_t MaxTextChars = 256;             // HookLimits.MaxTextChars
constexpr uint32_t MaxSearchedChars = 1024;        // HookLimits.MaxSearchedChars
constexpr uint32_t MaxRawBytes = 64;               // HookLimits.MaxRawBytes
constexpr uint32_t MaxConditionSteps = 64;         // HookLimits.MaxConditionSteps
constexpr uint32_t MaxConditionDepth = 16;         // HookLimits.MaxConditionDepth
constexpr uint32_t MaxConditionTextBytes = 2048;   // HookLimits.MaxConditionTextBytes
constexpr uint32_t MaxCapturedBytes = 784;         // HookLimits.MaxCapturedBytes
constexpr uint32_t MaxIlBytes = 65536;             // HookLimits.MaxIlBytes
constexpr uint32_t PlanMagic = 0x4C504353;         // ProbePlanHead.ExpectedMagic
constexpr uint32_t StatusOffset = 0;               // ProbeArea.StatusOffset
constexpr uint32_t GateOffset = 65536;             // ProbeArea.GateOffset
constexpr uint32_t PlanOffset = 69632;             // ProbeArea.PlanOffset
constexpr uint32_t AreaBytes = 331776;             // ProbeArea.Bytes

/// What we tell of a slot.
struct ProbeStatus {
    uint32_t probe;
    uint32_t state;
    int32_t result;
    uint32_t modules;
    uint64_t hits;
    uint64_t dropped;
    uint64_t limited;
    uint8_t rest[24];
};
static_assert(sizeof(ProbeStatus) == 64);
static_assert(offsetof(ProbeStatus, probe) == 0);
static_assert(offsetof(ProbeStatus, state) == 4);
static_assert(offsetof(ProbeStatus, result) == 8);
static_assert(offsetof(ProbeStatus, modules) == 12);
static_assert(offsetof(ProbeStatus, hits) == 16);
static_assert(offsetof(ProbeStatus, dropped) == 24);
static_assert(offsetof(ProbeStatus, limited) == 32);

/// The head of a plan.
struct ProbePlanHead {
    uint32_t magic;
    uint32_t totalBytes;
    uint32_t requests;
    uint32_t reserved;
};
static_assert(sizeof(ProbePlanHead) == 16);
static_assert(offsetof(ProbePlanHead, magic) == 0);
static_assert(offsetof(ProbePlanHead, totalBytes) == 4);
static_assert(offsetof(ProbePlanHead, requests) == 8);
static_assert(offsetof(ProbePlanHead, reserved) == 12);

/// One probe that is asked for; its captures, conditions and texts follow.
struct ProbeRequest {
    uint32_t totalBytes;
    uint32_t probe;
    uint64_t moduleLow;
    uint64_t moduleHigh;
    uint32_t method;
    uint32_t flags;
    uint64_t maxHits;
    uint32_t maxHitsPerSecond;
    uint32_t ilOffset;
    uint16_t captures;
    uint16_t enterSteps;
    uint16_t leaveSteps;
    uint16_t reserved;
    uint32_t textBytes;
    uint32_t reserved2;
};
static_assert(sizeof(ProbeRequest) == 64);
static_assert(offsetof(ProbeRequest, totalBytes) == 0);
static_assert(offsetof(ProbeRequest, probe) == 4);
static_assert(offsetof(ProbeRequest, moduleLow) == 8);
static_assert(offsetof(ProbeRequest, moduleHigh) == 16);
static_assert(offsetof(ProbeRequest, method) == 24);
static_assert(offsetof(ProbeRequest, flags) == 28);
static_assert(offsetof(ProbeRequest, maxHits) == 32);
static_assert(offsetof(ProbeRequest, maxHitsPerSecond) == 40);
static_assert(offsetof(ProbeRequest, ilOffset) == 44);
static_assert(offsetof(ProbeRequest, captures) == 48);
static_assert(offsetof(ProbeRequest, enterSteps) == 50);
static_assert(offsetof(ProbeRequest, leaveSteps) == 52);
static_assert(offsetof(ProbeRequest, reserved) == 54);
static_assert(offsetof(ProbeRequest, textBytes) == 56);
static_assert(offsetof(ProbeRequest, reserved2) == 60);

/// One capture; its hops follow.
struct ProbeCapture {
    uint8_t root;
    uint8_t read;
    uint8_t moments;
    uint8_t hops;
    uint16_t index;
    uint16_t room;
};
static_assert(sizeof(ProbeCapture) == 8);
static_assert(offsetof(ProbeCapture, root) == 0);
static_assert(offsetof(ProbeCapture, read) == 1);
static_assert(offsetof(ProbeCapture, moments) == 2);
static_assert(offsetof(ProbeCapture, hops) == 3);
static_assert(offsetof(ProbeCapture, index) == 4);
static_assert(offsetof(ProbeCapture, room) == 6);

/// One hop.
struct ProbeHop {
    uint32_t hop;
    uint32_t offset;
    uint64_t type;
};
static_assert(sizeof(ProbeHop) == 16);
static_assert(offsetof(ProbeHop, hop) == 0);
static_assert(offsetof(ProbeHop, offset) == 4);
static_assert(offsetof(ProbeHop, type) == 8);

/// One step of a condition.
struct ConditionStep {
    uint8_t operation;
    uint8_t reserved;
    uint16_t capture;
    uint32_t chars;
    int64_t constant;
};
static_assert(sizeof(ConditionStep) == 16);
static_assert(offsetof(ConditionStep, operation) == 0);
static_assert(offsetof(ConditionStep, reserved) == 1);
static_assert(offsetof(ConditionStep, capture) == 2);
static_assert(offsetof(ConditionStep, chars) == 4);
static_assert(offsetof(ConditionStep, constant) == 8);

/// A hit in the ring.
struct ProbeRecord {
    int64_t ticks;
    uint16_t kind;
    uint16_t flags;
    uint32_t sequence;
    uint32_t probe;
    uint16_t depth;
    uint16_t valueBytes;
    int64_t durationTicks;
    uint64_t call;
    uint64_t exceptionType;
    uint8_t values[16];
};
static_assert(sizeof(ProbeRecord) == 64);
static_assert(offsetof(ProbeRecord, ticks) == 0);
static_assert(offsetof(ProbeRecord, kind) == 8);
static_assert(offsetof(ProbeRecord, flags) == 10);
static_assert(offsetof(ProbeRecord, sequence) == 12);
static_assert(offsetof(ProbeRecord, probe) == 16);
static_assert(offsetof(ProbeRecord, depth) == 20);
static_assert(offsetof(ProbeRecord, valueBytes) == 22);
static_assert(offsetof(ProbeRecord, durationTicks) == 24);
static_assert(offsetof(ProbeRecord, call) == 32);
static_assert(offsetof(ProbeRecord, exceptionType) == 40);
static_assert(offsetof(ProbeRecord, values) == 48);

/// The head of a captured value.
struct ProbeValueHead {
    uint8_t capture;
    uint8_t kind;
    uint16_t contentBytes;
};
static_assert(sizeof(ProbeValueHead) == 4);
static_assert(offsetof(ProbeValueHead, capture) == 0);
static_assert(offsetof(ProbeValueHead, kind) == 1);
static_assert(offsetof(ProbeValueHead, contentBytes) == 2);

/// What stands behind the rings.
struct ProbeArea {
    ProbeStatus statuses[MaxProbes];
    uint32_t gates[MaxProbes];
    uint8_t plan[MaxPlanBytes];
};
static_assert(sizeof(ProbeArea) == AreaBytes);
static_assert(offsetof(ProbeArea, statuses) == StatusOffset);
static_assert(offsetof(ProbeArea, gates) == GateOffset);
static_assert(offsetof(ProbeArea, plan) == PlanOffset);

}
