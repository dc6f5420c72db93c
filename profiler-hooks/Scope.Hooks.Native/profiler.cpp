// What the runtime loads. One object that lives as long as the process, listens to none of the runtime's events (but to
// requests for the code of probed methods, once there are any), and answers every callback with "fine". An attach makes the region, starts the control thread and writes the handshake; a detach takes
// both away. The code itself is never unloaded (-z nodelete): the runtime closes the library while our thread may still be
// on its way out, and a return into memory that is gone would end the target.
#include <cstring>
#include "control.h"
#include "methods.h"
#include "region.h"

namespace scope {

static constexpr Guid ProfilerId{0x5C09E0A7, 0x6E1B, 0x4C35, {0x9D, 0x52, 0x7A, 0x1F, 0x0B, 0x3E, 0x8C, 0x41}};  // NativeMailbox.ProfilerId

// The client data came through the diagnostics port, from whoever may open it.
static Result check(const void* data, uint32_t bytes, NativeAttach& attach) {
    if (!data || bytes != sizeof(attach)) return BadRequest;
    memcpy(&attach, data, sizeof(attach));
    if (attach.magic != AttachMagic) return BadRequest;
    if (attach.version != AttachVersion || attach.regionVersion != CurrentVersion) return OtherVersion;
    if (attach.silenceMillis < MinSilenceMillis || attach.silenceMillis > MaxSilenceMillis) return BadRequest;
    if (attach.rings < 1 || attach.rings > MaxRings || attach.slotsPower > 16 || (1u << attach.slotsPower) > MaxSlots) return BadRequest;
    return Ok;
}

struct Profiler final : ProfilerCallback {
    ProfilerInfo* info = nullptr;

    Result InitializeForAttach(Unknown* runtime, const void* data, uint32_t bytes) override {
        NativeAttach attach;
        if (Result refused = check(data, bytes, attach)) return refused;
        if (info) return AlreadyHere;
        if (Result missing = runtime->QueryInterface(ICorProfilerInfo10Id, reinterpret_cast<void**>(&info)); missing < 0) {
            info = nullptr;
            return missing;
        }
        Result result = begin(attach);
        if (result < 0) release();
        return result;
    }

    Result ProfilerAttachComplete() override {
        if (!info) return Ok;
        writeHandshake(region->native.nonce);
        openControl();
        return Ok;
    }

    Result ProfilerDetachSucceeded() override {
        if (!info) return Ok;
        endControl();
        release();
        return Ok;
    }

    Result Shutdown() override {
        silenceControl();
        return Ok;
    }

    Result GetReJITParameters(ModuleId module, Token method, Unknown* control) override {
        handOut(module, method, *static_cast<FunctionControl*>(control));
        return Ok;
    }

    Result ReJITError(ModuleId module, Token method, FunctionId, Result error) override {
        noteError(module, method, error);
        return Ok;
    }

    // At the start of a process the agent is not there to agree with: we only come when called.
    Result Initialize(Unknown*) override { return CancelActivation; }

    Result QueryInterface(const Guid& id, void** object) override {
        bool known = id == IUnknownId;
        for (const Guid& callback : CallbackIds) known = known || id == callback;
        *object = known ? this : nullptr;
        return known ? Ok : NoInterface;
    }

    // Never freed, so never counted.
    uint32_t AddRef() override { return 1; }
    uint32_t Release() override { return 1; }

private:
    Result begin(const NativeAttach& attach) {
        if (Result result = info->SetEventMask2(0, 0); result < 0) return result;
        if (Result result = makeRegion(attach); result < 0) return result;
        uint32_t low = 0, high = 0;
        if (Result result = info->GetEventMask2(&low, &high); result < 0) return result;
        region->native.eventMask = low;
        return startControl(info, attach.silenceMillis);
    }

    void release() {
        dropRegion();
        info->Release();
        info = nullptr;
    }
};

static constinit Profiler profiler;

struct Factory final : ClassFactory {
    Result CreateInstance(Unknown* outer, const Guid& id, void** object) override {
        *object = nullptr;
        return outer ? NoAggregation : profiler.QueryInterface(id, object);
    }

    Result LockServer(Bool) override { return Ok; }

    Result QueryInterface(const Guid& id, void** object) override {
        bool known = id == IUnknownId || id == IClassFactoryId;
        *object = known ? this : nullptr;
        return known ? Ok : NoInterface;
    }

    uint32_t AddRef() override { return 1; }
    uint32_t Release() override { return 1; }
};

static constinit Factory factory;

}

extern "C" __attribute__((visibility("default"))) scope::Result DllGetClassObject(const scope::Guid& classId, const scope::Guid& id, void** object) {
    *object = nullptr;
    return classId == scope::ProfilerId ? scope::factory.QueryInterface(id, object) : scope::ClassNotAvailable;
}
