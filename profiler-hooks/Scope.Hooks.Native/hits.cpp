// See hits.h. A call's begin gives back a stamp: the clock's, shifted by a byte that holds the call's depth. It stands in a
// local variable of the method, so that begin and end find each other on whatever thread and however the call ends; 0 means
// that nothing is to be told of the end. A call that an exception left tells nothing when an outer one ends: the outer one's
// depth is in its own stamp.
#include "hits.h"
#include "clock.h"
#include "condition.h"
#include "probes.h"
#include "region.h"
#include "threads.h"

#define RARELY(what) __builtin_expect(!!(what), false)

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

// Reads a number that stands in the frame itself: most of what is captured, and a fraction of the way that look() goes.
inline void addDirectly(uint8_t*& to, uint8_t index, const ProbeCapture& what, const void* place) {
    uint32_t content = directContent(what);
    uint8_t kind = what.read == ReadUInt64 ? ValueUInt : what.read == ReadDouble ? ValueDouble : what.read == ReadBool ? ValueBool : ValueInt;
    ProbeValueHead head{index, kind, static_cast<uint16_t>(content)};
    memcpy(to, &head, sizeof(head));
    to += sizeof(head);
    if (what.read == ReadBool) {
        uint32_t flag = *static_cast<const uint8_t*>(place);
        memcpy(to, &flag, 4);
    } else if (content == 4) {
        memcpy(to, place, 4);
    } else {
        memcpy(to, place, 8);
    }
    to += content;
}

inline bool isTold(const PlannedCapture& capture, Site site) { return capture.root[site] != noRoot && !(capture.what.moments & MomentOnlyForCondition); }

// The captured values of a hit on their way into the ring, which takes them slot by slot: what is behind the last one in its
// slot is zero.
struct Values {
    uint32_t length = 0;
    bool cut = false;
    uint8_t bytes[MaxCapturedBytes];

    bool hasRoom(uint32_t content) {
        if (length + sizeof(ProbeValueHead) + content <= sizeof(bytes)) return true;
        cut = true;
        return false;
    }

    uint8_t* addHead(uint8_t capture, uint8_t kind, uint32_t content) {
        ProbeValueHead head{capture, kind, static_cast<uint16_t>(content)};
        memcpy(bytes + length, &head, sizeof(head));
        length += sizeof(head);
        return bytes + length;
    }

    void add(uint8_t capture, const Seen& seen) {
        uint32_t chars = seen.kind == ValueText ? seen.kept : 0, content = seen.kind == ValueText ? 4 + chars * 2 : seen.contentBytes, padded = (content + 3) & ~3u;
        if (!hasRoom(padded)) return;
        uint8_t* to = addHead(capture, seen.kind, content);
        if (seen.kind == ValueText) {
            memcpy(to, &seen.length, 4);
            memcpy(to + 4, seen.chars, chars * 2);
        } else {
            memcpy(to, seen.raw, content);
        }
        for (uint32_t i = content; i < padded; i++) to[i] = 0;
        length += padded;
    }

    void take(const Plan& plan, Site site, void* const* places, Spending& spending) {
        for (uint32_t i = 0; i < plan.request.captures; i++) {
            const PlannedCapture& capture = plan.captures[i];
            if (!isTold(capture, site)) continue;
            void* place = places[capture.root[site]];
            auto index = static_cast<uint8_t>(i);
            if (directContent(capture.what) != 0) {
                if (!hasRoom(8)) continue;
                uint8_t* end = bytes + length;
                addDirectly(end, index, capture.what, place);
                length = static_cast<uint32_t>(end - bytes);
            } else {
                Seen seen;
                look(plan, capture, plan.roots[site][capture.root[site]], place, spending, seen);
                add(index, seen);
            }
        }
        clearTail();
    }

private:
    void clearTail() {
        constexpr uint32_t own = sizeof(ProbeRecord::values), slot = sizeof(HookRecord);
        uint32_t end = length <= own ? own : own + (length - own + slot - 1) / slot * slot;
        memset(bytes + length, 0, end - length);
    }
};
static_assert((MaxCapturedBytes - sizeof(ProbeRecord::values)) % sizeof(HookRecord) == 0);

// The place of a record with so many slots behind it; null when the ring is full.
ProbeRecord* reserve(HitThread& thread, uint32_t extra) {
    uint64_t head = thread.head;
    if (RARELY(head + extra - thread.tail > thread.mask)) {
        uint64_t tail = __atomic_load_n(&thread.ring->tail, __ATOMIC_ACQUIRE);
        // A tail that no reader can have: the ring counts as full.
        if (head - tail > thread.mask + 1 || head + extra - tail > thread.mask) return nullptr;
        thread.tail = tail;
    }
    return reinterpret_cast<ProbeRecord*>(thread.slots + (head & thread.mask));
}

void drop(HitThread& thread, uint32_t slot) {
    thread.counts[slot].dropped++;
    thread.ring->dropped++;
}

struct Told {
    uint16_t kind;
    uint32_t id;
    uint32_t depth;
    uint64_t call;
    uint64_t stamp;      // Of the moment,
    uint64_t beginStamp; // and of the begin.
    uint64_t exceptionType;
};

// Writes the record but for its values, with so many slots behind it; null when there is no room.
inline ProbeRecord* writeHead(HitThread& thread, const Told& told, uint32_t valueBytes, uint32_t extra, bool cut) {
    ProbeRecord* record = reserve(thread, extra);
    if (RARELY(!record)) {
        drop(thread, slotOf(told.id));
        return nullptr;
    }
    const ClockLine& line = *__atomic_load_n(&clockLine, __ATOMIC_ACQUIRE);
    record->ticks = ticksOf(told.stamp, line);
    record->kind = told.kind;
    record->flags = static_cast<uint16_t>((cut ? RecordValuesCut : 0) | extra << 8);
    record->sequence = static_cast<uint32_t>(thread.head);
    record->probe = told.id;
    record->depth = static_cast<uint16_t>(told.depth);
    record->valueBytes = static_cast<uint16_t>(valueBytes);
    record->durationTicks = durationTicks(told.stamp - told.beginStamp, line);
    record->call = told.call;
    record->exceptionType = told.exceptionType;
    return record;
}

inline void publish(HitThread& thread, uint32_t slots) {
    thread.head += slots;
    __atomic_store_n(&thread.ring->head, thread.head, __ATOMIC_RELEASE);
}

inline void writeBare(HitThread& thread, const Told& told) {
    if (writeHead(thread, told, 0, 0, false)) publish(thread, 1);
}

// Values that fit into the record go there at once.
inline void writeDirectly(HitThread& thread, const Told& told, const Plan& plan, Site site, void* const* places) {
    ProbeRecord* record = writeHead(thread, told, plan.directBytes[site], 0, false);
    if (RARELY(!record)) return;
    uint8_t* to = record->values;
    for (uint32_t i = 0; i < plan.request.captures; i++)
        if (isTold(plan.captures[i], site)) addDirectly(to, static_cast<uint8_t>(i), plan.captures[i].what, places[plan.captures[i].root[site]]);
    publish(thread, 1);
}

__attribute__((noinline)) void writeBehind(HitThread& thread, const Told& told, const Plan& plan, Site site, void* const* places, Spending& spending) {
    Values values;
    values.take(plan, site, places, spending);
    constexpr uint32_t own = sizeof(ProbeRecord::values), slot = sizeof(HookRecord);
    uint32_t extra = values.length > own ? (values.length - own + slot - 1) / slot : 0;
    ProbeRecord* record = writeHead(thread, told, values.length, extra, values.cut);
    if (RARELY(!record)) return;
    memcpy(record->values, values.bytes, own);
    for (uint32_t i = 0; i < extra; i++) memcpy(thread.slots + ((thread.head + 1 + i) & thread.mask), values.bytes + own + i * slot, slot);
    publish(thread, 1 + extra);
}

void writePlanned(HitThread& thread, const Told& told, const Plan& plan, Site site, void* const* places, Spending& spending) {
    if (plan.directBytes[site] != notDirect) writeDirectly(thread, told, plan, site, places);
    else writeBehind(thread, told, plan, site, places, spending);
}

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
