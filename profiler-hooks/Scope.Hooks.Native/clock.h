// The clock of hits: the processor's counter where that is one clock for all cores that never stops, else the kernel's. It
// is read as a bare stamp; Stopwatch's ticks (nanoseconds) come out of it only when a record is written.
#pragma once
#include <cstdint>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace scope {

/// One line through the two clocks.
struct ClockLine {
    uint64_t stamp;   // Where the line begins,
    int64_t ticks;    // and when that was.
    uint64_t slope;   // Nanoseconds a unit, with 32 bits behind the point.
};

/// The line that holds now; replaced from time to time, and an old one stays readable for seconds.
extern const ClockLine* clockLine;
extern bool clockIsCounter;

/// Chooses the clock and draws the first line. Takes some 20 ms.
void startClock();

/// Draws a new line when the last one is a second old: the kernel's clock is slewed, and the counter is not.
void adjustClock();

/// Now, in Stopwatch's ticks, from the kernel.
int64_t nowTicks();

/// Now, as a stamp.
inline uint64_t nowStamp() {
#if defined(__x86_64__)
    if (__builtin_expect(clockIsCounter, true)) return __rdtsc();
#endif
    return static_cast<uint64_t>(nowTicks());
}

inline int64_t durationTicks(uint64_t stamps, const ClockLine& line) {
    return static_cast<int64_t>(static_cast<unsigned __int128>(stamps) * line.slope >> 32);
}

inline int64_t ticksOf(uint64_t stamp, const ClockLine& line) {
    return stamp >= line.stamp ? line.ticks + durationTicks(stamp - line.stamp, line) : line.ticks - durationTicks(line.stamp - stamp, line);
}

}
