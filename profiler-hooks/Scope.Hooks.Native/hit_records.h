// How a hit gets into its thread's ring: the record's head, and behind it the captured values, in the record itself where they
// fit and in the slots after it where they do not. Nothing waits: what finds no room is counted. For hits.cpp alone.
#pragma once
#include <cstring>
#include "clock.h"
#include "hits.h"
#include "probes.h"
#include "threads.h"

#define RARELY(what) __builtin_expect(!!(what), false)

namespace scope {
namespace {

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

}
}
