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

struct Plan {
    ProbeRequest request;
    uint32_t rootCount[siteCount];
    Root roots[siteCount][MaxRoots];
    PlannedCapture* captures;
    ProbeHop* hops;
    ConditionStep* enterSteps;
    ConditionStep* leaveSteps;
    const char16_t* text;
};

/// How long the request at a position is; 0 when it is none.
uint32_t requestBytes(const uint8_t* plan, uint32_t planBytes, uint32_t at);

/// A checked copy of a request, in one piece of memory for free(); null with why.
Plan* makePlan(const uint8_t* request, uint32_t bytes, int32_t& why);

}
