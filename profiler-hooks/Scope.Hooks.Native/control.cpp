// The thread looks at the mailbox some times a second: what it is asked for is rare, a look costs a microsecond, and an agent
// that dies half-way leaves nothing to wait for. Commands come in rows: after one it looks more often for a second. The mailbox is another process's word: each is read once, and none is used as
// a position. When no sign of an agent comes for the time that was agreed at attach, it asks the runtime to let us go.
#include "control.h"
#include "arming.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include "region.h"

namespace scope {

static constexpr long lookNanos = 100'000'000, busyLookNanos = 5'000'000;
static constexpr int64_t busyNanos = 1'000'000'000;
static constexpr size_t stackBytes = 256 * 1024;  // A call into the runtime fits; the default of 8 MB counts against a container's limit.
static constexpr uint32_t detachMillis = 100;      // Nothing runs in us: the runtime needs to wait for nobody.

static ProfilerInfo* runtime;
static int64_t silenceNanos;
static uint32_t answering;  // The command that is being answered; when no agent asked, the last one.
static pthread_t thread;
static pthread_mutex_t calling = PTHREAD_MUTEX_INITIALIZER;
static bool open, ending;

static void answer(Result result, int32_t state) {
    NativeControl& block = region->native;
    block.result = result;
    __atomic_store_n(&block.state, state, __ATOMIC_RELEASE);
    __atomic_store_n(&block.answered, answering, __ATOMIC_RELEASE);
}

RuntimeCall::RuntimeCall() { pthread_mutex_lock(&calling); }
RuntimeCall::~RuntimeCall() { pthread_mutex_unlock(&calling); }
bool RuntimeCall::allowed() const { return !ending; }

// Asks the runtime to let us go; true when it will. From then on the region may be gone at any moment: endControl answers.
static bool detach() {
    __atomic_store_n(&region->native.state, StateDetaching, __ATOMIC_RELEASE);
    Result result;
    {
        RuntimeCall call;
        result = call.allowed() ? runtime->RequestProfilerDetach(detachMillis) : Ok;
    }
    if (result >= 0) return true;
    answer(result, StateAttached);
    return false;
}

// Nobody is there any more: leaves, or where the runtime does not allow that, gives every method its code back and waits.
static bool giveUp() {
    if (!hasArmed()) return detach();
    disarmAll(*runtime, AgentSilent);
    __atomic_store_n(&region->native.state, StateWaiting, __ATOMIC_RELEASE);
    return false;
}

static void takeOver(uint64_t nonce) {
    disarmAll(*runtime, Ok);
    __atomic_store_n(&region->native.nonce, nonce, __ATOMIC_RELEASE);
}

// Does one command; true when the thread has nothing more to do.
static bool obey() {
    NativeControl& block = region->native;
    uint32_t command = __atomic_load_n(&block.command, __ATOMIC_ACQUIRE), detail = 0;
    uint64_t argument = __atomic_load_n(&block.argument, __ATOMIC_ACQUIRE);
    Result result = Ok;
    if (command == CommandDetach) return detach();
    if (command == CommandArm) result = arm(*runtime, argument, detail);
    else if (command == CommandDisarm) result = disarm(*runtime, argument);
    else if (command == CommandDisarmAll) disarmAll(*runtime, Ok);
    else if (command == CommandTakeOver) takeOver(argument);
    else result = UnknownCommand;
    block.detail = detail;
    answer(result, StateAttached);
    return false;
}

static void* run(void*) {
    NativeControl& block = region->native;
    uint32_t heartbeat = 0;
    int64_t lastSign = nowTicks(), lastCommand = lastSign - busyNanos, now = lastSign;
    for (;;) {
        timespec look{0, now - lastCommand < busyNanos ? busyLookNanos : lookNanos};
        nanosleep(&look, nullptr);
        if (__atomic_load_n(&ending, __ATOMIC_ACQUIRE)) return nullptr;
        if (!__atomic_load_n(&open, __ATOMIC_ACQUIRE)) continue;
        uint32_t asked = __atomic_load_n(&block.asked, __ATOMIC_ACQUIRE);
        uint32_t beat = __atomic_load_n(&block.heartbeat, __ATOMIC_RELAXED);
        now = nowTicks();
        if (beat != heartbeat || asked != answering) {
            lastSign = now;
            if (__atomic_load_n(&block.state, __ATOMIC_RELAXED) == StateWaiting) __atomic_store_n(&block.state, StateAttached, __ATOMIC_RELEASE);
        }
        heartbeat = beat;
        tend(*runtime, now - lastSign > silenceNanos / 2);
        if (asked != answering) {
            answering = asked;
            lastCommand = now;
            if (obey()) return nullptr;
        } else if (now - lastSign > silenceNanos) {
            lastSign = now;
            if (giveUp()) return nullptr;
        }
    }
}

int32_t startControl(ProfilerInfo* info, uint32_t silenceMillis) {
    runtime = info;
    silenceNanos = silenceMillis * 1'000'000LL;
    answering = 0;
    __atomic_store_n(&open, false, __ATOMIC_RELEASE);
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return NoMemory;
    pthread_attr_setstacksize(&attributes, stackBytes);
    // No signal of the application ends up on our thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread, &attributes, run, nullptr);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (error != 0) return NoMemory;
    pthread_setname_np(thread, "scope-native");
    return Ok;
}

void openControl() { __atomic_store_n(&open, true, __ATOMIC_RELEASE); }

void endControl() {
    pthread_join(thread, nullptr);
    answer(Ok, StateDetached);
}

void silenceControl() {
    pthread_mutex_lock(&calling);
    __atomic_store_n(&ending, true, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&calling);
}

}
