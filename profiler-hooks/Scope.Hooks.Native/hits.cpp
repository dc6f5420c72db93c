// See hits.h. A call's begin gives back a stamp: the clock's, shifted by a byte that holds the call's depth. It stands in a
// local variable of the method, so that begin and end find each other on whatever thread and however the call ends; 0 means
// that nothing is to be told of the end. A call that an exception left tells nothing when an outer one ends: the outer one's
// depth is in its own stamp.
#include "hits.h"
#include "condition.h"
#include "hit_records.h"
#include "region.h"

namespace scope {

Probe probes[MaxProbes];
uint32_t* gates;

namespace {

constexpr uint32_t deepest = 255;

// A thread that looks at a plan says so, and looks whether the plan is still its probe's: the control thread takes the probe
// out first and waits for those inside before it frees the plan.
struct Inside {
    HitThread& thread;
    bool valid;

    Inside(HitThread& at, const Probe& probe, uint32_t id) : thread(at) {
        thread.inside = 1;
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
        valid = __atomic_load_n(&probe.id, __ATOMIC_ACQUIRE) == id;
    }
    ~Inside() { __atomic_store_n(&thread.inside, 0, __ATOMIC_RELEASE); }
};

// Takes one of the hits that the probe may have; the last one closes it for new calls.
__attribute__((noinline)) bool takeOne(Probe& probe, HitThread& thread, uint32_t id) {
    int64_t left = __atomic_fetch_sub(&probe.left, 1, __ATOMIC_RELAXED);
    if (left <= 1) __atomic_compare_exchange_n(&probe.accepting, &id, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    if (left <= 0) thread.counts[&probe - probes].limited++;
    return left > 0;
}

inline bool count(Probe& probe, HitThread& thread, uint32_t id) {
    if (RARELY(probe.limited) && !takeOne(probe, thread, id)) return false;
    thread.counts[&probe - probes].hits++;
    return true;
}

inline bool isOpen(const Probe& probe, uint32_t id) {
    return __atomic_load_n(&probe.accepting, __ATOMIC_RELAXED) == id && __atomic_load_n(&gates[slotOf(id)], __ATOMIC_RELAXED) != 0;
}

uint64_t freshStamp(HitThread& thread) {
    uint64_t now = nowStamp();
    // No two calls of a thread have the same stamp, however coarse the clock.
    if (RARELY(now <= thread.lastStamp)) now = thread.lastStamp + 1;
    return thread.lastStamp = now;
}

// A stamp in a call has lost its highest byte; the call began less than that ago.
uint64_t whole(uint64_t stamp, uint64_t now) { return now - ((now - stamp) & (~0ull >> 8)); }

uint64_t exceptionType(void* const* places) {
    const auto* exception = *static_cast<uint64_t* const*>(places[0]);
    return exception ? *exception & ~7ull : 0;
}

// A begin, or a line, with a condition or something to tell.
__attribute__((noinline)) bool tellBegin(Probe& probe, HitThread& thread, const Told& told, Site site, void* const* places) {
    Inside inside(thread, probe, told.id);
    if (!inside.valid) return false;
    const Plan& plan = *probe.plan;
    Spending spending;
    if (plan.request.enterSteps != 0 && !holds(plan, plan.enterSteps, plan.request.enterSteps, {site, places, 0}, spending)) return false;
    if (!probe.leaveCounts && !count(probe, thread, told.id)) return false;
    if ((probe.flags & FlagCountOnly) || !(probe.flags & (site == SiteLine ? FlagLine : FlagEnter))) return true;
    writePlanned(thread, told, plan, site, places, spending);
    return true;
}

__attribute__((noinline)) void tellEnd(Probe& probe, HitThread& thread, const Told& told, Site site, void* const* places, bool wanted) {
    Inside inside(thread, probe, told.id);
    if (!inside.valid) return;
    const Plan& plan = *probe.plan;
    Spending spending;
    if (plan.request.leaveSteps != 0) {
        auto elapsed = static_cast<uint64_t>(durationTicks(told.stamp - told.beginStamp, *__atomic_load_n(&clockLine, __ATOMIC_ACQUIRE)));
        if (!holds(plan, plan.leaveSteps, plan.request.leaveSteps, {site, places, elapsed}, spending)) return;
    }
    if (probe.leaveCounts && !count(probe, thread, told.id)) return;
    if (!wanted) return;
    writePlanned(thread, told, plan, site, places, spending);
}

int64_t enter(uint32_t id, void* const* places) {
    Probe& probe = probes[slotOf(id)];
    if (RARELY(!isOpen(probe, id))) return 0;
    HitThread* thread = currentThread();
    if (RARELY(!thread)) {
        countWithoutRing(slotOf(id));
        return 0;
    }
    uint64_t stamp = freshStamp(*thread);
    uint32_t depth = thread->depth < deepest ? thread->depth + 1 : deepest;
    uint64_t call = stamp << 8 | depth;
    if (RARELY(probe.enterPlanned)) {
        if (!tellBegin(probe, *thread, {KindProbeEnter, id, depth, call, stamp, stamp, 0}, SiteEnter, places)) return 0;
    } else if (!count(probe, *thread, id)) {
        return 0;
    }
    thread->depth = depth;
    return static_cast<int64_t>(call);
}

template <Site site>
inline void end(int64_t begin, uint32_t id, void* const* places) {
    if (begin == 0) return;
    HitThread* thread = currentThread();
    if (RARELY(!thread)) return;
    auto call = static_cast<uint64_t>(begin);
    uint32_t depth = call & 0xFF;
    thread->depth = depth - 1;
    Probe& probe = probes[slotOf(id)];
    if (RARELY(__atomic_load_n(&probe.id, __ATOMIC_RELAXED) != id)) return;
    uint64_t now = nowStamp(), beginStamp = whole(call >> 8, now);
    Told told{site == SiteLeave ? KindProbeLeave : KindProbeException, id, depth, call, now, beginStamp, site == SiteException ? exceptionType(places) : 0};
    bool wanted = (probe.flags & (site == SiteLeave ? FlagLeave : FlagException)) && !(probe.flags & FlagCountOnly);
    if (RARELY(probe.leavePlanned)) tellEnd(probe, *thread, told, site, places, wanted);
    else if (wanted) writeBare(*thread, told);
}

void line(uint32_t id, void* const* places) {
    Probe& probe = probes[slotOf(id)];
    if (RARELY(!isOpen(probe, id))) return;
    HitThread* thread = currentThread();
    if (RARELY(!thread)) return countWithoutRing(slotOf(id));
    uint64_t stamp = freshStamp(*thread);
    uint32_t depth = thread->depth < deepest ? thread->depth + 1 : deepest;
    tellBegin(probe, *thread, {KindProbeLine, id, depth, stamp << 8 | depth, stamp, stamp, 0}, SiteLine, places);
}

// The functions of one number of places.
template <typename... Place>
struct Set {
    static int64_t onEnter(int64_t, uint32_t id, Place... place) {
        void* const places[] = {place..., nullptr};
        return enter(id, places);
    }
    static int64_t onLeave(int64_t begin, uint32_t id, Place... place) {
        void* const places[] = {place..., nullptr};
        end<SiteLeave>(begin, id, places);
        return 0;
    }
    static int64_t onException(int64_t begin, uint32_t id, Place... place) {
        void* const places[] = {place..., nullptr};
        end<SiteException>(begin, id, places);
        return 0;
    }
    static int64_t onLine(int64_t, uint32_t id, Place... place) {
        void* const places[] = {place..., nullptr};
        line(id, places);
        return 0;
    }
    static constexpr HitFunctions all() {
        return {reinterpret_cast<const void*>(onEnter), reinterpret_cast<const void*>(onLeave), reinterpret_cast<const void*>(onException), reinterpret_cast<const void*>(onLine), sizeof...(Place)};
    }
};

using P = void*;

}

const HitFunctions hitFunctions[hitFunctionSets] = {
    Set<>::all(),
    Set<P, P>::all(),
    Set<P, P, P, P>::all(),
    Set<P, P, P, P, P, P, P, P>::all(),
    Set<P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P>::all(),
};

uint32_t setFor(uint32_t places) {
    uint32_t set = 0;
    while (hitFunctions[set].places < places) set++;
    return set;
}

}
