// The memory is an anonymous file of the kernel: preallocated, so that a full machine is an error now and no fault later, and
// sealed, so that nobody can make it shorter under our feet. Who may debug the target finds it by name in /proc/PID/fd.
#include "region.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "corprof.h"

namespace scope {

RegionHeader* region;

static constexpr uint32_t textBytes = 64;  // We write no names; the least that a layout may have.

static uint32_t rings, slots;
static size_t regionBytes;
static int file = -1;
static struct stat fileIdentity;

// Not the C library's function: its versions differ.
static bool identify(int of, struct stat& identity) { return syscall(SYS_fstat, of, &identity) == 0; }

// An application may close files that are not its own and get the number again for one of its own: that one is left alone.
static void closeFile() {
    struct stat now;
    if (file >= 0 && identify(file, now) && now.st_ino == fileIdentity.st_ino && now.st_dev == fileIdentity.st_dev) close(file);
    file = -1;
}

static RegionHeader* mapped() {
    file = memfd_create("scope-native-1", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0 || !identify(file, fileIdentity)) return nullptr;
    if (posix_fallocate(file, 0, regionBytes) != 0) return nullptr;
    void* memory = mmap(nullptr, regionBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return nullptr;
    if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        munmap(memory, regionBytes);
        return nullptr;
    }
    return static_cast<RegionHeader*>(memory);
}

RingHeader* ringAt(uint32_t index) {
    return reinterpret_cast<RingHeader*>(reinterpret_cast<uint8_t*>(region) + sizeof(RegionHeader) + textBytes + index * (sizeof(RingHeader) + slots * sizeof(HookRecord)));
}

ProbeArea* probeArea() { return reinterpret_cast<ProbeArea*>(ringAt(rings)); }
uint32_t ringCount() { return rings; }
uint32_t slotCount() { return slots; }

int32_t makeRegion(const NativeAttach& attach) {
    rings = attach.rings;
    slots = 1u << attach.slotsPower;
    regionBytes = sizeof(RegionHeader) + textBytes + rings * (sizeof(RingHeader) + slots * sizeof(HookRecord)) + AreaBytes;
    RegionHeader* made = mapped();
    if (!made) {
        closeFile();
        return NoMemory;
    }
    made->version = CurrentVersion;
    made->rings = rings;
    made->slots = slots;
    made->textBytes = textBytes;
    made->ticksPerSecond = 1'000'000'000;
    made->state = HookIdle;
    made->native.version = AttachVersion;
    made->native.state = StateAttaching;
    made->native.nonce = attach.nonce;
    made->native.silenceMillis = attach.silenceMillis;
    region = made;
    return Ok;
}

void writeHandshake(uint64_t nonce) {
    RingHeader* ring = ringAt(0);
    auto* record = reinterpret_cast<HookRecord*>(ring + 1);
    ring->thread = static_cast<int32_t>(syscall(SYS_gettid));
    record->ticks = nowTicks();
    record->kind = KindHandshake;
    record->value = static_cast<int64_t>(nonce);
    __atomic_store_n(&ring->head, 1, __ATOMIC_RELEASE);
    __atomic_store_n(&region->native.state, StateAttached, __ATOMIC_RELEASE);
    __atomic_store_n(&region->magic, ExpectedMagic, __ATOMIC_RELEASE);
}

void dropRegion() {
    if (!region) return;
    munmap(region, regionBytes);
    region = nullptr;
    closeFile();
}

}
