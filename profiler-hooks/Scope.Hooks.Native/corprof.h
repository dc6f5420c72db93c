// The part of the runtime's profiling interface that we speak: its types, its ids, and its functions in their order, written
// from the published interface definition. The order is the protocol: it decides which slot of a table the runtime calls.
// A function that only stands for its slot has its name and no arguments; who calls it writes them in first.
#pragma once
#include <cstdint>

namespace scope {

using Result = int32_t;
using ThreadId = uintptr_t;
using ModuleId = uintptr_t;
using FunctionId = uintptr_t;
using ReJitId = uintptr_t;
using AnyId = uintptr_t;
using Token = uint32_t;
using Bool = int32_t;

struct Guid {
    uint32_t a;
    uint16_t b, c;
    uint8_t d[8];

    constexpr bool operator==(const Guid& other) const {
        if (a != other.a || b != other.b || c != other.c) return false;
        for (int i = 0; i < 8; i++)
            if (d[i] != other.d[i]) return false;
        return true;
    }
};

constexpr Guid IUnknownId{0x00000000, 0x0000, 0x0000, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
constexpr Guid IClassFactoryId{0x00000001, 0x0000, 0x0000, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
constexpr Guid ICorProfilerInfo10Id{0x2F1B5152, 0xC869, 0x40C9, {0xAA, 0x5F, 0x3A, 0xBE, 0x02, 0x6B, 0xD7, 0x20}};

/// The callback interfaces that ProfilerCallback answers to, the first to the eleventh.
constexpr Guid CallbackIds[] = {
    {0x176FBED1, 0xA55C, 0x4796, {0x98, 0xCA, 0xA9, 0xDA, 0x0E, 0xF8, 0x83, 0xE7}},
    {0x8A8CC829, 0xCCF2, 0x49FE, {0xBB, 0xAE, 0x0F, 0x02, 0x22, 0x28, 0x07, 0x1A}},
    {0x4FD2ED52, 0x7731, 0x4B8D, {0x94, 0x69, 0x03, 0xD2, 0xCC, 0x30, 0x86, 0xC5}},
    {0x7B63B2E3, 0x107D, 0x4D48, {0xB2, 0xF6, 0xF6, 0x1E, 0x22, 0x94, 0x70, 0xD2}},
    {0x8DFBA405, 0x8C9F, 0x45F8, {0xBF, 0xFA, 0x83, 0xB1, 0x4C, 0xEF, 0x78, 0xB5}},
    {0xFC13DF4B, 0x4448, 0x4F4F, {0x95, 0x0C, 0xBA, 0x8D, 0x19, 0xD0, 0x0C, 0x36}},
    {0xF76A2DBA, 0x1D52, 0x4539, {0x86, 0x6C, 0x2A, 0xA5, 0x18, 0xF9, 0xEF, 0xC3}},
    {0x5BED9B15, 0xC079, 0x4D47, {0xBF, 0xE2, 0x21, 0x5A, 0x14, 0x0C, 0x07, 0xE0}},
    {0x27583EC3, 0xC8F5, 0x482F, {0x80, 0x52, 0x19, 0x4B, 0x8C, 0xE4, 0x70, 0x5A}},
    {0xCEC5B60E, 0xC69C, 0x495F, {0x87, 0xF6, 0x84, 0xD2, 0x8E, 0xE1, 0x6F, 0xFB}},
    {0x42350846, 0xAAED, 0x47F7, {0xB1, 0x28, 0xFD, 0x0C, 0x98, 0x88, 0x1C, 0xDE}},
};

constexpr Result Ok = 0;
constexpr Result NoInterface = static_cast<Result>(0x80004002);
constexpr Result NoAggregation = static_cast<Result>(0x80040110);
constexpr Result ClassNotAvailable = static_cast<Result>(0x80040111);
constexpr Result CancelActivation = static_cast<Result>(0x80131375);

struct Unknown {
    virtual Result QueryInterface(const Guid& id, void** object) = 0;
    virtual uint32_t AddRef() = 0;
    virtual uint32_t Release() = 0;
};

struct ClassFactory : Unknown {
    virtual Result CreateInstance(Unknown* outer, const Guid& id, void** object) = 0;
    virtual Result LockServer(Bool locked) = 0;
};

/// What the runtime calls, ICorProfilerCallback to ICorProfilerCallback11. Every one answers "fine"; who wants one overrides it.
/// Arguments that nobody looks at are left out where nobody overrides: the calling conventions of Linux let a callee ignore them.
struct ProfilerCallback : Unknown {
    virtual Result Initialize(Unknown*) { return Ok; }
    virtual Result Shutdown() { return Ok; }
    virtual Result AppDomainCreationStarted() { return Ok; }
    virtual Result AppDomainCreationFinished() { return Ok; }
    virtual Result AppDomainShutdownStarted() { return Ok; }
    virtual Result AppDomainShutdownFinished() { return Ok; }
    virtual Result AssemblyLoadStarted() { return Ok; }
    virtual Result AssemblyLoadFinished() { return Ok; }
    virtual Result AssemblyUnloadStarted() { return Ok; }
    virtual Result AssemblyUnloadFinished() { return Ok; }
    virtual Result ModuleLoadStarted() { return Ok; }
    virtual Result ModuleLoadFinished() { return Ok; }
    virtual Result ModuleUnloadStarted() { return Ok; }
    virtual Result ModuleUnloadFinished() { return Ok; }
    virtual Result ModuleAttachedToAssembly() { return Ok; }
    virtual Result ClassLoadStarted() { return Ok; }
    virtual Result ClassLoadFinished() { return Ok; }
    virtual Result ClassUnloadStarted() { return Ok; }
    virtual Result ClassUnloadFinished() { return Ok; }
    virtual Result FunctionUnloadStarted() { return Ok; }
    virtual Result JITCompilationStarted() { return Ok; }
    virtual Result JITCompilationFinished() { return Ok; }
    virtual Result JITCachedFunctionSearchStarted() { return Ok; }
    virtual Result JITCachedFunctionSearchFinished() { return Ok; }
    virtual Result JITFunctionPitched() { return Ok; }
    virtual Result JITInlining() { return Ok; }
    virtual Result ThreadCreated() { return Ok; }
    virtual Result ThreadDestroyed() { return Ok; }
    virtual Result ThreadAssignedToOSThread() { return Ok; }
    virtual Result RemotingClientInvocationStarted() { return Ok; }
    virtual Result RemotingClientSendingMessage() { return Ok; }
    virtual Result RemotingClientReceivingReply() { return Ok; }
    virtual Result RemotingClientInvocationFinished() { return Ok; }
    virtual Result RemotingServerReceivingMessage() { return Ok; }
    virtual Result RemotingServerInvocationStarted() { return Ok; }
    virtual Result RemotingServerInvocationReturned() { return Ok; }
    virtual Result RemotingServerSendingReply() { return Ok; }
    virtual Result UnmanagedToManagedTransition() { return Ok; }
    virtual Result ManagedToUnmanagedTransition() { return Ok; }
    virtual Result RuntimeSuspendStarted() { return Ok; }
    virtual Result RuntimeSuspendFinished() { return Ok; }
    virtual Result RuntimeSuspendAborted() { return Ok; }
    virtual Result RuntimeResumeStarted() { return Ok; }
    virtual Result RuntimeResumeFinished() { return Ok; }
    virtual Result RuntimeThreadSuspended() { return Ok; }
    virtual Result RuntimeThreadResumed() { return Ok; }
    virtual Result MovedReferences() { return Ok; }
    virtual Result ObjectAllocated() { return Ok; }
    virtual Result ObjectsAllocatedByClass() { return Ok; }
    virtual Result ObjectReferences() { return Ok; }
    virtual Result RootReferences() { return Ok; }
    virtual Result ExceptionThrown() { return Ok; }
    virtual Result ExceptionSearchFunctionEnter() { return Ok; }
    virtual Result ExceptionSearchFunctionLeave() { return Ok; }
    virtual Result ExceptionSearchFilterEnter() { return Ok; }
    virtual Result ExceptionSearchFilterLeave() { return Ok; }
    virtual Result ExceptionSearchCatcherFound() { return Ok; }
    virtual Result ExceptionOSHandlerEnter() { return Ok; }
    virtual Result ExceptionOSHandlerLeave() { return Ok; }
    virtual Result ExceptionUnwindFunctionEnter() { return Ok; }
    virtual Result ExceptionUnwindFunctionLeave() { return Ok; }
    virtual Result ExceptionUnwindFinallyEnter() { return Ok; }
    virtual Result ExceptionUnwindFinallyLeave() { return Ok; }
    virtual Result ExceptionCatcherEnter() { return Ok; }
    virtual Result ExceptionCatcherLeave() { return Ok; }
    virtual Result COMClassicVTableCreated() { return Ok; }
    virtual Result COMClassicVTableDestroyed() { return Ok; }
    virtual Result ExceptionCLRCatcherFound() { return Ok; }
    virtual Result ExceptionCLRCatcherExecute() { return Ok; }
    // ICorProfilerCallback2
    virtual Result ThreadNameChanged() { return Ok; }
    virtual Result GarbageCollectionStarted() { return Ok; }
    virtual Result SurvivingReferences() { return Ok; }
    virtual Result GarbageCollectionFinished() { return Ok; }
    virtual Result FinalizeableObjectQueued() { return Ok; }
    virtual Result RootReferences2() { return Ok; }
    virtual Result HandleCreated() { return Ok; }
    virtual Result HandleDestroyed() { return Ok; }
    // ICorProfilerCallback3
    virtual Result InitializeForAttach(Unknown*, const void*, uint32_t) { return Ok; }
    virtual Result ProfilerAttachComplete() { return Ok; }
    virtual Result ProfilerDetachSucceeded() { return Ok; }
    // ICorProfilerCallback4
    virtual Result ReJITCompilationStarted(FunctionId, ReJitId, Bool) { return Ok; }
    virtual Result GetReJITParameters(ModuleId, Token, Unknown*) { return Ok; }
    virtual Result ReJITCompilationFinished(FunctionId, ReJitId, Result, Bool) { return Ok; }
    virtual Result ReJITError(ModuleId, Token, FunctionId, Result) { return Ok; }
    virtual Result MovedReferences2() { return Ok; }
    virtual Result SurvivingReferences2() { return Ok; }
    // ICorProfilerCallback5 to 11
    virtual Result ConditionalWeakTableElementReferences() { return Ok; }
    virtual Result GetAssemblyReferences() { return Ok; }
    virtual Result ModuleInMemorySymbolsUpdated() { return Ok; }
    virtual Result DynamicMethodJITCompilationStarted() { return Ok; }
    virtual Result DynamicMethodJITCompilationFinished() { return Ok; }
    virtual Result DynamicMethodUnloaded() { return Ok; }
    virtual Result EventPipeEventDelivered() { return Ok; }
    virtual Result EventPipeProviderCreated() { return Ok; }
    virtual Result LoadAsNotificationOnly(Bool* notificationOnly) {
        *notificationOnly = 0;
        return Ok;
    }
};

}
