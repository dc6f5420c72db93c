// See memory.h.
#include "memory.h"
#include <cerrno>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace scope {

bool readThroughKernel(const void* from, void* to, uint32_t bytes) {
    static pid_t ownId;  // Asking twice does no harm.
    int before = errno;
    if (ownId == 0) ownId = getpid();
    iovec local{to, bytes}, remote{const_cast<void*>(from), bytes};
    long got = syscall(SYS_process_vm_readv, ownId, &local, 1, &remote, 1, 0);
    errno = before;
    return got == static_cast<long>(bytes);
}

}
