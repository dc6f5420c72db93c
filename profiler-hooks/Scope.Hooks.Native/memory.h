// Reading memory that may not be there. Of what the runtime's types prove to be there is read directly; everything else goes
// through the kernel, which says no where a fault would end the target.
#pragma once
#include <cstdint>
#include <cstring>

namespace scope {

/// Copies through the kernel; false when it is not there to be read. Leaves errno alone.
bool readThroughKernel(const void* from, void* to, uint32_t bytes);

/// Copies from near an address that is known to be readable: what lies on the same page is too.
inline bool readNear(const uint8_t* known, uint64_t offset, void* to, uint32_t bytes) {
    constexpr uint64_t page = 4096;
    const uint8_t* from = known + offset;
    if (__builtin_expect((reinterpret_cast<uintptr_t>(known) & (page - 1)) + offset + bytes <= page, true)) {
        memcpy(to, from, bytes);
        return true;
    }
    return readThroughKernel(from, to, bytes);
}

}
