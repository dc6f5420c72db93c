// One probe's orders as the hit functions follow them: a private copy of what the agent wrote, checked so completely that
// nothing has to be checked again.
#pragma once
#include "signature.h"
#include "wire_probes.h"

namespace scope {

/// The places in a method where a probe is called; the moments of captures are bits by them. The first root of SiteException
/// is always the exception.
enum Site : uint8_t { SiteEnter, SiteLeave, SiteException, SiteLine, siteCount };

constexpr uint8_t noRoot = 0xFF;

struct PlannedCapture {
    ProbeCapture what;
    uint16_t firstHop;
    uint8_t root[siteCount];  // Which of the call's places it begins at; noRoot where it is not taken.
};

/// A place that a call hands over.
struct Root {
    uint8_t kind;     // RootArgument ...
    uint16_t index;
    PlaceKind place;  // Known once the method's signature is.
};

constexpr uint8_t notDirect = 0xFF;

struct Plan {
    ProbeRequest request;
    uint8_t directBytes[siteCount];  // What a site tells, where all of it are numbers in the frame that fit into the record itself.
    uint32_t rootCount[siteCount];
    Root roots[siteCount][MaxRoots];
    PlannedCapture* captures;
    ProbeHop* hops;
    ConditionStep* enterSteps;
    ConditionStep* leaveSteps;
    const char16_t* text;
};

/// Whether the capture reads a number that stands in the frame itself, and how long that is when it is told; 0 when not.
inline uint32_t directContent(const ProbeCapture& what) {
    if (what.hops != 0) return 0;
    switch (what.read) {
        case ReadInt32:
        case ReadBool: return 4;
        case ReadInt64:
        case ReadUInt64:
        case ReadDouble: return 8;
        default: return 0;
    }
}

/// How long the request at a position is; 0 when it is none.
uint32_t requestBytes(const uint8_t* plan, uint32_t planBytes, uint32_t at);

/// A checked copy of a request, in one piece of memory for free(); null with why.
Plan* makePlan(const uint8_t* request, uint32_t bytes, int32_t& why);

}
