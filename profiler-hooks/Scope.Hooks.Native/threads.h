// The application's threads as hits see them: each takes a ring at its first hit and gives it back when it ends.
#pragma once
#include "wire_probes.h"

namespace scope {

/// What we count for one probe, on one thread's pages: no two threads write the same one.
struct Count {
    uint64_t hits, dropped, limited;
};

/// One ring and the thread that has it.
struct alignas(64) HitThread {
    RingHeader* ring;
    HookRecord* slots;
    uint64_t mask;
    uint64_t head;       // Ours; the ring's own is for the reader.
    uint64_t tail;       // The reader's position as last seen: looked at again only when the ring seems full.
    uint64_t lastStamp;
    uint32_t depth;      // Recorded calls that the thread is in.
    uint32_t inside;     // 1 while it looks at a plan: the plan may not be freed.
    bool taken;          // Whether a thread has it; the ring's own word says so for the reader.
    Count* counts;       // By slot of probe.
};

/// Makes what threads need for the region that is there; an error, or 0. Once for a process.
int32_t makeThreads(uint32_t rings, uint32_t slots);

/// The calling thread's, or null when no ring is free. Gives back at the thread's end by itself.
HitThread* currentThread();

/// For hits of threads that got no ring: counted by all of them together.
void countWithoutRing(uint32_t slot);

/// What all threads counted for a slot.
Count countsOf(uint32_t slot);

/// Forgets what was counted for a slot that is used anew.
void clearCounts(uint32_t slot);

/// Waits until no thread looks at a plan that was taken out before.
void waitForThreads();

}
