// See clock.h.
#include "clock.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace scope {

static constexpr int64_t secondTicks = 1'000'000'000;
static constexpr uint64_t oneToOne = 1ull << 32;

// A reader may hold a line for as long as a record takes to write: with sixteen, a line lives for sixteen seconds.
static ClockLine lines[16] = {{0, 0, oneToOne}};
const ClockLine* clockLine = lines;
bool clockIsCounter;

int64_t nowTicks() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * secondTicks + now.tv_nsec;
}

#if defined(__x86_64__)
static uint32_t current;

static bool hasInvariantCounter() {
    unsigned a, b, c, d;
    return __get_cpuid(0x80000000, &a, &b, &c, &d) && a >= 0x80000007 && __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
}

// Both clocks at one moment: of some tries the one in which the least time passed between the two looks.
static void sample(uint64_t& stamp, int64_t& ticks) {
    uint64_t shortest = ~0ull;
    for (int i = 0; i < 5; i++) {
        uint64_t before = __rdtsc();
        int64_t now = nowTicks();
        uint64_t took = __rdtsc() - before;
        if (took >= shortest) continue;
        shortest = took;
        stamp = before + took / 2;
        ticks = now;
    }
}

static void draw(uint64_t fromStamp, int64_t fromTicks) {
    uint64_t stamp;
    int64_t ticks;
    sample(stamp, ticks);
    if (stamp <= fromStamp || ticks <= fromTicks) return;
    ClockLine& next = lines[++current % 16];
    next = {stamp, ticks, static_cast<uint64_t>(static_cast<double>(ticks - fromTicks) / static_cast<double>(stamp - fromStamp) * oneToOne)};
    __atomic_store_n(&clockLine, &next, __ATOMIC_RELEASE);
}
#endif

void startClock() {
#if defined(__x86_64__)
    if (!hasInvariantCounter()) return;
    uint64_t stamp;
    int64_t ticks;
    sample(stamp, ticks);
    timespec pause{0, 20'000'000};
    nanosleep(&pause, nullptr);
    draw(stamp, ticks);
    clockIsCounter = clockLine != lines;
#endif
}

void adjustClock() {
#if defined(__x86_64__)
    if (!clockIsCounter || nowTicks() - clockLine->ticks < secondTicks) return;
    draw(clockLine->stamp, clockLine->ticks);
#endif
}

}
