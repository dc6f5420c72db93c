// See plan.h. The bytes are a private copy already: nobody changes them while they are checked.
#include "plan.h"
#include <cstdlib>
#include <cstring>
#include "corprof.h"

namespace scope {

static constexpr uint32_t allFlags = FlagEnter | FlagLeave | FlagException | FlagLine | FlagCountOnly | FlagCoreLibrary;
static constexpr uint8_t allMoments = MomentEnter | MomentLeave | MomentException | MomentLine | MomentOnlyForCondition;

uint32_t requestBytes(const uint8_t* plan, uint32_t planBytes, uint32_t at) {
    ProbeRequest request;
    if (at > planBytes || planBytes - at < sizeof(request)) return 0;
    memcpy(&request, plan + at, sizeof(request));
    return request.totalBytes >= sizeof(request) && request.totalBytes % 8 == 0 && request.totalBytes <= planBytes - at ? request.totalBytes : 0;
}

namespace {

struct Check {
    const uint8_t* at;
    const uint8_t* end;
    Plan* plan;
    uint32_t hops = 0;

    template <typename T>
    bool take(T& part) {
        if (static_cast<size_t>(end - at) < sizeof(T)) return false;
        memcpy(&part, at, sizeof(T));
        at += sizeof(T);
        return true;
    }

    bool head() {
        ProbeRequest& request = plan->request;
        if (!take(request)) return false;
        uint32_t timing = request.flags & (FlagEnter | FlagLeave | FlagException);
        bool line = request.flags & FlagLine;
        return request.probe != 0 && request.reserved == 0 && request.reserved2 == 0 && request.method >> 24 == 0x06 && (request.flags & ~allFlags) == 0
            && line == (timing == 0) && (line || request.ilOffset == 0) && (!line || request.leaveSteps == 0)
            && request.captures <= MaxCaptures && request.enterSteps <= MaxConditionSteps && request.leaveSteps <= MaxConditionSteps
            && request.textBytes <= MaxConditionTextBytes && request.textBytes % 2 == 0;
    }

    // The place among those that a site's call hands over; more than fit is refused.
    bool addRoot(Site site, const ProbeCapture& what, uint8_t& index) {
        Root* roots = plan->roots[site];
        uint32_t& count = plan->rootCount[site];
        for (index = 0; index < count; index++)
            if (roots[index].kind == what.root && roots[index].index == what.index) return true;
        if (count == MaxRoots) return false;
        roots[count++] = {what.root, what.index, PlaceKind::Other};
        return true;
    }

    bool addRoots(PlannedCapture& capture) {
        bool line = plan->request.flags & FlagLine;
        for (int site = 0; site < siteCount; site++) {
            capture.root[site] = noRoot;
            if (!(capture.what.moments & 1 << site)) continue;
            if ((site == SiteLine) != line) return false;
            if (capture.what.root == RootReturn && site != SiteLeave) return false;
            if (capture.what.root == RootException && site != SiteException) return false;
            if (!addRoot(static_cast<Site>(site), capture.what, capture.root[site])) return false;
        }
        return true;
    }

    bool capture(PlannedCapture& capture) {
        ProbeCapture& what = capture.what;
        if (!take(what) || what.root > RootException || (what.root >= RootReturn && what.index != 0) || what.read < ReadInt8 || what.read > ReadBytes || what.hops > MaxHops || (what.moments & ~allMoments)) return false;
        bool text = what.read == ReadText, raw = what.read == ReadBytes;
        if (text ? what.room > MaxTextChars : raw ? what.room == 0 || what.room > MaxRawBytes : what.room != 0) return false;
        capture.firstHop = static_cast<uint16_t>(hops);
        for (int i = 0; i < what.hops; i++) {
            ProbeHop& hop = plan->hops[hops++];
            if (!take(hop) || hop.hop > HopElement || (hop.hop != HopElement && hop.offset > MaxHopOffset) || hop.offset > 0x7FFFFFFF) return false;
        }
        return addRoots(capture);
    }

    static int pops(uint8_t operation) { return operation >= OpEqual && operation <= OpOr ? 2 : operation == OpNot ? 1 : 0; }

    bool step(ConditionStep& step, bool ends) {
        if (!take(step) || step.operation < OpCapture || step.operation > OpTypeIs || step.reserved != 0) return false;
        uint8_t operation = step.operation;
        bool reads = operation == OpCapture || operation >= OpIsNull, texts = operation >= OpTextEquals && operation <= OpTextContains;
        if (reads && step.capture >= plan->request.captures) return false;
        if (operation == OpElapsedNanos && !ends) return false;
        uint64_t chars = plan->request.textBytes / 2, from = static_cast<uint64_t>(step.constant);
        return !texts || (from <= chars && step.chars <= chars - from);
    }

    bool condition(ConditionStep* steps, uint32_t count, bool ends) {
        uint32_t depth = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (!step(steps[i], ends)) return false;
            uint32_t needs = static_cast<uint32_t>(pops(steps[i].operation));
            if (depth < needs) return false;
            depth = depth - needs + 1;
            if (depth > MaxConditionDepth) return false;
        }
        return count == 0 || depth == 1;
    }

    void findDirectSites() {
        for (int site = 0; site < siteCount; site++) {
            uint32_t bytes = 0;
            bool direct = true;
            for (uint32_t i = 0; i < plan->request.captures; i++) {
                const PlannedCapture& capture = plan->captures[i];
                if (capture.root[site] == noRoot || (capture.what.moments & MomentOnlyForCondition)) continue;
                uint32_t content = directContent(capture.what);
                direct = direct && content != 0;
                bytes += sizeof(ProbeValueHead) + content;
            }
            plan->directBytes[site] = direct && bytes <= sizeof(ProbeRecord::values) ? static_cast<uint8_t>(bytes) : notDirect;
        }
    }

    bool all() {
        ProbeRequest& request = plan->request;
        // The exception is always the first place of its site: its type is told with every record.
        plan->roots[SiteException][plan->rootCount[SiteException]++] = {RootException, 0, PlaceKind::Reference};
        for (uint32_t i = 0; i < request.captures; i++)
            if (!capture(plan->captures[i])) return false;
        findDirectSites();
        if (!condition(plan->enterSteps, request.enterSteps, false) || !condition(plan->leaveSteps, request.leaveSteps, true)) return false;
        if (static_cast<size_t>(end - at) < request.textBytes) return false;
        memcpy(const_cast<char16_t*>(plan->text), at, request.textBytes);
        return static_cast<size_t>(end - at) - request.textBytes < 8;
    }
};

}

Plan* makePlan(const uint8_t* bytes, uint32_t length, int32_t& why) {
    Plan head = {};
    Check first{bytes, bytes + length, &head};
    why = BadPlan;
    if (!first.head()) return nullptr;
    // The copy is no longer than the original and what each part of it grows by; the hops are not counted in the head.
    uint32_t hops = length / sizeof(ProbeHop) + 1, steps = head.request.enterSteps + head.request.leaveSteps;
    size_t room = sizeof(Plan) + head.request.captures * sizeof(PlannedCapture) + hops * sizeof(ProbeHop) + steps * sizeof(ConditionStep) + head.request.textBytes + 64;
    auto* plan = static_cast<Plan*>(calloc(1, room));
    if (!plan) {
        why = NoMemory;
        return nullptr;
    }
    plan->hops = reinterpret_cast<ProbeHop*>(plan + 1);
    plan->enterSteps = reinterpret_cast<ConditionStep*>(plan->hops + hops);
    plan->leaveSteps = plan->enterSteps + head.request.enterSteps;
    plan->captures = reinterpret_cast<PlannedCapture*>(plan->enterSteps + steps);
    plan->text = reinterpret_cast<char16_t*>(plan->captures + head.request.captures);
    Check check{bytes, bytes + length, plan};
    if (check.head() && check.all()) {
        why = Ok;
        return plan;
    }
    free(plan);
    return nullptr;
}

}
