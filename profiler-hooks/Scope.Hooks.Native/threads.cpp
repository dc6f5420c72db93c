// See threads.h. Rings change hands as in RingWriter.cs: the word of ownership is odd while a thread has it. Who has which
// is decided by words of our own, because the shared memory is another process's too.
#include "threads.h"
#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "corprof.h"
#include "region.h"

namespace scope {

static HitThread* const noRing = reinterpret_cast<HitThread*>(1);
static constexpr uint32_t misses = 1024;  // A thread without a ring looks for one again after so many hits.

static HitThread* threads;
static Count* withoutRing;
static uint32_t threadCount;
static pthread_key_t atEnd;
static bool hasBarrier;

// A thread's end runs this key's destructor; a hit in another destructor after it takes a ring again, and the key with it.
static __thread HitThread* self __attribute__((tls_model("initial-exec")));
static __thread uint32_t missed __attribute__((tls_model("initial-exec")));

static void giveBack(void* held) {
    auto* thread = static_cast<HitThread*>(held);
    self = nullptr;
    thread->ring->owned += thread->ring->owned & 1;
    __atomic_store_n(&thread->taken, false, __ATOMIC_RELEASE);
}

int32_t makeThreads(uint32_t rings, uint32_t slots) {
    if (threads) return Ok;
    size_t counts = (rings + 1ull) * MaxProbes * sizeof(Count), bytes = rings * sizeof(HitThread) + counts;
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NoMemory;
    if (pthread_key_create(&atEnd, giveBack) != 0) {
        munmap(memory, bytes);
        return NoMemory;
    }
    auto* made = static_cast<HitThread*>(memory);
    auto* count = reinterpret_cast<Count*>(made + rings);
    for (uint32_t i = 0; i < rings; i++) {
        made[i].ring = ringAt(i);
        made[i].slots = reinterpret_cast<HookRecord*>(made[i].ring + 1);
        made[i].mask = slots - 1;
        made[i].head = made[i].ring->head;  // The handshake stands in the first.
        made[i].counts = count + i * MaxProbes;
    }
    withoutRing = count + rings * static_cast<size_t>(MaxProbes);
    threadCount = rings;
    hasBarrier = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    threads = made;
    return Ok;
}

static __attribute__((noinline)) HitThread* take() {
    if (self == noRing && ++missed % misses != 0) return nullptr;
    for (uint32_t i = 0; i < threadCount; i++) {
        HitThread& thread = threads[i];
        RingHeader* ring = thread.ring;
        bool taken = false;
        // One that still holds records of its last thread is not free: a reader would take them for this thread's.
        if (__atomic_load_n(&thread.taken, __ATOMIC_RELAXED) || thread.head != __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE)) continue;
        if (!__atomic_compare_exchange_n(&thread.taken, &taken, true, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
        ring->thread = static_cast<int32_t>(syscall(SYS_gettid));
        ring->owned |= 1;
        thread.tail = thread.head;
        thread.depth = 0;
        pthread_setspecific(atEnd, &thread);
        return self = &thread;
    }
    self = noRing;
    return nullptr;
}

HitThread* currentThread() {
    HitThread* thread = self;
    return __builtin_expect(thread > noRing, true) ? thread : take();
}

void countWithoutRing(uint32_t slot) {
    __atomic_fetch_add(&withoutRing[slot].dropped, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&region->droppedWithoutRing, 1, __ATOMIC_RELAXED);
}

Count countsOf(uint32_t slot) {
    Count sum = {};
    for (uint32_t i = 0; i <= threadCount; i++) {
        Count& count = i < threadCount ? threads[i].counts[slot] : withoutRing[slot];
        sum.hits += __atomic_load_n(&count.hits, __ATOMIC_RELAXED);
        sum.dropped += __atomic_load_n(&count.dropped, __ATOMIC_RELAXED);
        sum.limited += __atomic_load_n(&count.limited, __ATOMIC_RELAXED);
    }
    return sum;
}

void clearCounts(uint32_t slot) {
    for (uint32_t i = 0; i < threadCount; i++) threads[i].counts[slot] = {};
    withoutRing[slot] = {};
}

void waitForThreads() {
    // What was taken out before is seen by every thread behind this; where the kernel has no such barrier, a pause is one.
    timespec pause{0, 1'000'000};
    if (!hasBarrier || syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) nanosleep(&pause, nullptr);
    for (uint32_t i = 0; i < threadCount; i++)
        while (__atomic_load_n(&threads[i].inside, __ATOMIC_ACQUIRE)) nanosleep(&pause, nullptr);
}

}
