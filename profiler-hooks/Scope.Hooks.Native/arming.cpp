// See arming.h. A probe is in the slot of its id and in the list of its method, or methods, when a module is loaded twice.
#include "arming.h"
#include <cstdlib>
#include <cstring>
#include "clock.h"
#include "control.h"
#include "methods.h"
#include "region.h"
#include "threads.h"

namespace scope {

static constexpr uint32_t EnableReJit = 0x00040000, BlockInlining = 1, InliningCallbacks = 2;
static constexpr uint32_t fewMethods = 6, mostSteps = 32;
static constexpr timespec stepPause{0, 12'000'000};
static constexpr int64_t ticksPerSecond = 1'000'000'000, tendTicks = 50'000'000;

/// What the control thread keeps of a slot beyond what hits need.
struct Kept {
    Plan* plan;
    uint32_t state;
    Result result;
    uint32_t modules;
    uint64_t hits;   // At the last look,
    double level;    // and how many of them are above the allowed rate.
};

/// Methods on their way to the runtime.
struct Batch {
    ModuleId modules[4 * MaxProbes];
    Token tokens[4 * MaxProbes];
    uint32_t count = 0;

    void add(const ProbedMethod& method) {
        for (uint32_t i = 0; i < count; i++)
            if (modules[i] == method.module && tokens[i] == method.token) return;
        modules[count] = method.module;
        tokens[count++] = method.token;
    }
};

static Kept kept[MaxProbes];
static Plan* fresh[MaxProbes];  // The plans of the command that is being answered.
static Batch changed, bare;     // Its methods, which get other code or their own back.
static Result unused[4 * MaxProbes];
static bool armedOnce, closed;
static int64_t lastTend;

bool hasArmed() { return armedOnce; }

static bool isLive(uint32_t slot) { return kept[slot].state == ProbePending || kept[slot].state == ProbeArmed; }

static void publish(uint32_t slot) {
    ProbeStatus& status = probeArea()->statuses[slot];
    const Kept& known = kept[slot];
    Count counts = countsOf(slot);
    status.probe = probes[slot].id;
    status.result = known.result;
    status.modules = known.modules;
    status.hits = counts.hits;
    status.dropped = counts.dropped;
    status.limited = counts.limited;
    __atomic_store_n(&status.state, known.state, __ATOMIC_RELEASE);
}

static void accept(uint32_t slot, bool open) { __atomic_store_n(&probes[slot].accepting, open && !closed ? probes[slot].id : 0, __ATOMIC_RELEASE); }

// Takes a probe out of its methods: each gets code without it, or its own.
static void leaveMethods(ProfilerInfo& info, uint32_t id) {
    ProbedMethod* method;
    for (uint32_t position = 0; (method = methodNumber(position)) != nullptr; position++) {
        uint32_t at = 0;
        while (at < method->count && method->ids[at] != id) at++;
        if (at == method->count) continue;
        memmove(method->ids + at, method->ids + at + 1, (method->count - at - 1) * sizeof(uint32_t));
        method->count--;
        Plan* plans[MaxProbesOfMethod];
        for (uint32_t i = 0; i < method->count; i++) plans[i] = kept[slotOf(method->ids[i])].plan;
        if (method->count > 0 && prepare(info, *method, plans) == Ok) {
            changed.add(*method);
        } else {
            withdraw(*method);
            bare.add(*method);
        }
    }
}

static void end(ProfilerInfo& info, uint32_t slot, uint32_t state, Result result) {
    accept(slot, false);
    kept[slot].state = state;
    kept[slot].result = result;
    leaveMethods(info, probes[slot].id);
}

// Gives the methods that were compiled anew only because of the probed ones their code back, once there is no probe left.
static void revertInliners(ProfilerInfo& info) {
    ModuleId* modules;
    Token* tokens;
    uint32_t count = takeInliners(modules, tokens);
    RuntimeCall call;
    if (call.allowed() && count > 0) {
        if (auto* results = static_cast<Result*>(malloc(count * sizeof(Result)))) {
            info.RequestRevert(count, modules, tokens, results);
            free(results);
        }
    }
    free(modules);
    free(tokens);
}

// The runtime compiles a method anew at its next call: whoever comes after many were asked for at once waits for all that are
// on the way. So a few are asked for at a time, with pauses in which they are compiled.
static Result sendChanged(ProfilerInfo& info) {
    uint32_t atATime = changed.count / mostSteps > fewMethods ? changed.count / mostSteps : fewMethods;
    for (uint32_t from = 0; from < changed.count; from += atATime) {
        if (from > 0) nanosleep(&stepPause, nullptr);
        uint32_t count = changed.count - from < atATime ? changed.count - from : atATime;
        RuntimeCall call;
        if (!call.allowed()) return Ok;
        if (Result result = info.RequestReJITWithInliners(BlockInlining | InliningCallbacks, count, changed.modules + from, changed.tokens + from); result < 0) return result;
    }
    return Ok;
}

// Tells the runtime what has changed; an error when it does not take it.
static Result send(ProfilerInfo& info) {
    if (bare.count > 0) {
        RuntimeCall call;
        if (call.allowed()) info.RequestRevert(bare.count, bare.modules, bare.tokens, unused);
    }
    Result result = sendChanged(info);
    if (bare.count > 0) {
        forgetBareMethods();
        if (!methodNumber(0)) revertInliners(info);
    }
    bare.count = changed.count = 0;
    return result;
}

// The first probe: from here on the runtime does not let us go any more.
static Result begin(ProfilerInfo& info) {
    if (armedOnce) return Ok;
    info.InitializeCurrentThread();
    {
        RuntimeCall call;
        if (!call.allowed()) return NoMemory;
        if (Result result = info.SetEventMask2(EnableReJit, 0); result < 0) return result;
    }
    uint32_t low = EnableReJit, high;
    info.GetEventMask2(&low, &high);
    __atomic_store_n(&region->native.eventMask, low, __ATOMIC_RELEASE);
    if (Result result = makeThreads(ringCount(), slotCount()); result < 0) return result;
    gates = probeArea()->gates;
    startClock();
    lastTend = nowTicks();
    armedOnce = true;
    return Ok;
}

// Takes a plan apart into checked copies; how many there are, or an error with its position.
static Result takePlans(const uint8_t* bytes, uint32_t length, uint32_t& count, uint32_t& detail) {
    ProbePlanHead head;
    memcpy(&head, bytes, sizeof(head));
    count = 0;
    detail = 0;
    if (head.magic != PlanMagic || head.totalBytes != length || head.reserved != 0 || head.requests > MaxProbes) return BadPlan;
    for (detail = sizeof(head); count < head.requests;) {
        uint32_t requestLength = requestBytes(bytes, length, detail);
        if (requestLength == 0) return BadPlan;
        int32_t why;
        Plan* plan = makePlan(bytes + detail, requestLength, why);
        if (!plan) return why;
        uint32_t slot = slotOf(plan->request.probe);
        bool twice = false;
        for (uint32_t i = 0; i < count; i++) twice = twice || slotOf(fresh[i]->request.probe) == slot;
        fresh[count++] = plan;
        if (twice || isLive(slot)) return twice ? BadPlan : SlotTaken;
        detail += requestLength;
    }
    return detail == length ? Ok : BadPlan;
}

// Puts a plan into its slot, which held another one or nothing.
static void install(Plan* plan) {
    uint32_t slot = slotOf(plan->request.probe);
    const ProbeRequest& request = plan->request;
    free(kept[slot].plan);
    kept[slot] = {plan, ProbePending, Ok, 0, 0, 0};
    clearCounts(slot);
    Probe& probe = probes[slot];
    bool looks = request.captures > 0;
    probe.flags = request.flags;
    probe.limited = request.maxHits > 0;
    probe.left = request.maxHits < INT64_MAX ? static_cast<int64_t>(request.maxHits) : INT64_MAX;
    probe.enterPlanned = request.enterSteps > 0 || request.leaveSteps > 0 || (request.flags & (FlagEnter | FlagLine));
    probe.leavePlanned = request.leaveSteps > 0 || looks;
    probe.leaveCounts = request.leaveSteps > 0;
    probe.plan = plan;
    __atomic_store_n(&probe.id, request.probe, __ATOMIC_RELEASE);
}

// Puts a probe into a method; 0, or why not, with the method as it was.
static int32_t join(ProfilerInfo& info, const LoadedModule& module, Plan* plan) {
    if (module.collectible) return Collectible;
    if (module.coreLibrary && !(plan->request.flags & FlagCoreLibrary)) return CoreLibrary;
    ProbedMethod* method = methodAt(module.id, plan->request.method, true);
    if (!method) return NoMemory;
    if (method->count == MaxProbesOfMethod) return TooManyProbes;
    method->ids[method->count++] = plan->request.probe;
    Plan* plans[MaxProbesOfMethod];
    for (uint32_t i = 0; i < method->count; i++) plans[i] = kept[slotOf(method->ids[i])].plan;
    if (int32_t why = prepare(info, *method, plans)) {
        method->count--;
        return why;
    }
    changed.add(*method);
    return Ok;
}

static void place(ProfilerInfo& info, const LoadedModules& list, Plan* plan) {
    uint32_t slot = slotOf(plan->request.probe);
    int32_t why = ModuleNotFound;
    for (uint32_t i = 0; i < list.count; i++) {
        if (memcmp(&list.modules[i].version, &plan->request.moduleLow, sizeof(Guid)) != 0) continue;
        why = join(info, list.modules[i], plan);
        if (why != Ok) break;
        kept[slot].modules++;
    }
    if (why == Ok) accept(slot, true);
    else end(info, slot, ProbeRefused, why);
}

static Result armPlans(ProfilerInfo& info, uint32_t count) {
    LoadedModules list;
    if (Result result = begin(info); result < 0) return result;
    if (Result result = listModules(info, list); result < 0) return result;
    for (uint32_t i = 0; i < count; i++) __atomic_store_n(&probes[slotOf(fresh[i]->request.probe)].id, 0, __ATOMIC_RELEASE);
    waitForThreads();
    for (uint32_t i = 0; i < count; i++) install(fresh[i]);
    for (uint32_t i = 0; i < count; i++) place(info, list, fresh[i]);
    if (Result result = send(info); result < 0)
        for (uint32_t i = 0; i < count; i++)
            if (isLive(slotOf(fresh[i]->request.probe))) end(info, slotOf(fresh[i]->request.probe), ProbeRefused, result);
    send(info);
    for (uint32_t i = 0; i < count; i++) publish(slotOf(fresh[i]->request.probe));
    return Ok;
}

Result arm(ProfilerInfo& info, uint64_t planBytes, uint32_t& detail) {
    detail = 0;
    if (planBytes < sizeof(ProbePlanHead) || planBytes > MaxPlanBytes) return BadPlan;
    auto* copy = static_cast<uint8_t*>(malloc(planBytes));
    if (!copy) return NoMemory;
    memcpy(copy, probeArea()->plan, planBytes);
    uint32_t count;
    Result result = takePlans(copy, static_cast<uint32_t>(planBytes), count, detail);
    free(copy);
    if (result == Ok) {
        detail = 0;
        result = armPlans(info, count);
        if (result == Ok) return Ok;
    }
    for (uint32_t i = 0; i < count; i++) free(fresh[i]);
    return result;
}

Result disarm(ProfilerInfo& info, uint64_t id) {
    uint32_t slot = slotOf(static_cast<uint32_t>(id));
    if (id == 0 || probes[slot].id != id || !isLive(slot)) return NoSuchProbe;
    end(info, slot, ProbeReverted, Ok);
    send(info);
    publish(slot);
    return Ok;
}

void disarmAll(ProfilerInfo& info, Result because) {
    for (uint32_t slot = 0; slot < MaxProbes; slot++)
        if (isLive(slot)) end(info, slot, ProbeReverted, because);
    send(info);
    for (uint32_t slot = 0; slot < MaxProbes; slot++)
        if (probes[slot].id != 0) publish(slot);
}

// What the runtime has said about a probe's methods.
static void hearMethods(ProfilerInfo& info, uint32_t slot) {
    ProbedMethod* method;
    for (uint32_t position = 0; (method = methodNumber(position)) != nullptr; position++)
        for (uint32_t i = 0; i < method->count; i++) {
            if (method->ids[i] != probes[slot].id) continue;
            if (method->error < 0) return end(info, slot, ProbeRefused, method->error);
            if (method->asked) kept[slot].state = ProbeArmed;
        }
}

// Whether hits came faster than allowed for about a second.
static bool isTooFast(uint32_t slot, uint64_t hits, double seconds) {
    uint32_t allowed = kept[slot].plan->request.maxHitsPerSecond;
    double more = static_cast<double>(hits - kept[slot].hits);
    kept[slot].hits = hits;
    if (allowed == 0) return false;
    kept[slot].level += more - allowed * seconds;
    if (kept[slot].level < 0) kept[slot].level = 0;
    return kept[slot].level > allowed;
}

static void tendSlot(ProfilerInfo& info, uint32_t slot, double seconds) {
    Count counts = countsOf(slot);
    bool tooFast = isTooFast(slot, counts.hits, seconds);
    if (counts.hits > 0) kept[slot].state = ProbeArmed;
    hearMethods(info, slot);
    if (!isLive(slot)) return;
    if (probes[slot].limited && __atomic_load_n(&probes[slot].left, __ATOMIC_RELAXED) <= 0) end(info, slot, ProbeTripped, HitsUsedUp);
    else if (tooFast) end(info, slot, ProbeTripped, TooFast);
    else accept(slot, true);
}

void tend(ProfilerInfo& info, bool agentIsLate) {
    int64_t now = nowTicks();
    if (!armedOnce || now - lastTend < tendTicks) return;
    double seconds = static_cast<double>(now - lastTend) / ticksPerSecond;
    lastTend = now;
    closed = agentIsLate;
    adjustClock();
    for (uint32_t slot = 0; slot < MaxProbes; slot++)
        if (isLive(slot)) tendSlot(info, slot, seconds);
    send(info);
    for (uint32_t slot = 0; slot < MaxProbes; slot++)
        if (probes[slot].id != 0) publish(slot);
}

}
