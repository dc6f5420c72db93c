// What we may call in the runtime: ICorProfilerInfo to ICorProfilerInfo10, which every runtime from .NET Core 3.0 on has, in
// the order of the published interface definition. As in corprof.h a function that only stands for its slot has no arguments.
#pragma once
#include "corprof.h"

namespace scope {

struct ProfilerInfo : Unknown {
    virtual Result GetClassFromObject() = 0;
    virtual Result GetClassFromToken() = 0;
    virtual Result GetCodeInfo() = 0;
    virtual Result GetEventMask() = 0;
    virtual Result GetFunctionFromIP() = 0;
    virtual Result GetFunctionFromToken() = 0;
    virtual Result GetHandleFromThread() = 0;
    virtual Result GetObjectSize() = 0;
    virtual Result IsArrayClass() = 0;
    virtual Result GetThreadInfo() = 0;
    virtual Result GetCurrentThreadID() = 0;
    virtual Result GetClassIDInfo() = 0;
    virtual Result GetFunctionInfo() = 0;
    virtual Result SetEventMask() = 0;
    virtual Result SetEnterLeaveFunctionHooks() = 0;
    virtual Result SetFunctionIDMapper() = 0;
    virtual Result GetTokenAndMetaDataFromFunction() = 0;
    virtual Result GetModuleInfo() = 0;
    virtual Result GetModuleMetaData(ModuleId module, uint32_t openFlags, const Guid& id, Unknown** object) = 0;
    virtual Result GetILFunctionBody(ModuleId module, Token method, const uint8_t** header, uint32_t* bytes) = 0;
    virtual Result GetILFunctionBodyAllocator() = 0;
    virtual Result SetILFunctionBody() = 0;
    virtual Result GetAppDomainInfo() = 0;
    virtual Result GetAssemblyInfo() = 0;
    virtual Result SetFunctionReJIT() = 0;
    virtual Result ForceGC() = 0;
    virtual Result SetILInstrumentedCodeMap() = 0;
    virtual Result GetInprocInspectionInterface() = 0;
    virtual Result GetInprocInspectionIThisThread() = 0;
    virtual Result GetThreadContext() = 0;
    virtual Result BeginInprocDebugging() = 0;
    virtual Result EndInprocDebugging() = 0;
    virtual Result GetILToNativeMapping() = 0;
    // ICorProfilerInfo2
    virtual Result DoStackSnapshot() = 0;
    virtual Result SetEnterLeaveFunctionHooks2() = 0;
    virtual Result GetFunctionInfo2() = 0;
    virtual Result GetStringLayout() = 0;
    virtual Result GetClassLayout() = 0;
    virtual Result GetClassIDInfo2() = 0;
    virtual Result GetCodeInfo2() = 0;
    virtual Result GetClassFromTokenAndTypeArgs() = 0;
    virtual Result GetFunctionFromTokenAndTypeArgs() = 0;
    virtual Result EnumModuleFrozenObjects() = 0;
    virtual Result GetArrayObjectInfo() = 0;
    virtual Result GetBoxClassLayout() = 0;
    virtual Result GetThreadAppDomain() = 0;
    virtual Result GetRVAStaticAddress() = 0;
    virtual Result GetAppDomainStaticAddress() = 0;
    virtual Result GetThreadStaticAddress() = 0;
    virtual Result GetContextStaticAddress() = 0;
    virtual Result GetStaticFieldInfo() = 0;
    virtual Result GetGenerationBounds() = 0;
    virtual Result GetObjectGeneration() = 0;
    virtual Result GetNotifiedExceptionClauseInfo() = 0;
    // ICorProfilerInfo3
    virtual Result EnumJITedFunctions() = 0;
    virtual Result RequestProfilerDetach(uint32_t expectedMillis) = 0;
    virtual Result SetFunctionIDMapper2() = 0;
    virtual Result GetStringLayout2() = 0;
    virtual Result SetEnterLeaveFunctionHooks3() = 0;
    virtual Result SetEnterLeaveFunctionHooks3WithInfo() = 0;
    virtual Result GetFunctionEnter3Info() = 0;
    virtual Result GetFunctionLeave3Info() = 0;
    virtual Result GetFunctionTailcall3Info() = 0;
    virtual Result EnumModules(Unknown** modules) = 0;
    virtual Result GetRuntimeInformation() = 0;
    virtual Result GetThreadStaticAddress2() = 0;
    virtual Result GetAppDomainsContainingModule() = 0;
    virtual Result GetModuleInfo2(ModuleId module, const uint8_t** base, uint32_t nameRoom, uint32_t* nameLength, char16_t* name, AnyId* assembly, uint32_t* flags) = 0;
    // ICorProfilerInfo4
    virtual Result EnumThreads() = 0;
    virtual Result InitializeCurrentThread() = 0;  // Makes the calling thread one that may ask for methods to be compiled again.
    virtual Result RequestReJIT() = 0;
    virtual Result RequestRevert(uint32_t count, const ModuleId* modules, const Token* methods, Result* statuses) = 0;
    virtual Result GetCodeInfo3() = 0;
    virtual Result GetFunctionFromIP2() = 0;
    virtual Result GetReJITIDs() = 0;
    virtual Result GetILToNativeMapping2() = 0;
    virtual Result EnumJITedFunctions2() = 0;
    virtual Result GetObjectSize2() = 0;
    // ICorProfilerInfo5
    virtual Result GetEventMask2(uint32_t* low, uint32_t* high) = 0;
    virtual Result SetEventMask2(uint32_t low, uint32_t high) = 0;
    // ICorProfilerInfo6 to 10
    virtual Result EnumNgenModuleMethodsInliningThisMethod() = 0;
    virtual Result ApplyMetaData() = 0;
    virtual Result GetInMemorySymbolsLength() = 0;
    virtual Result ReadInMemorySymbols() = 0;
    virtual Result IsFunctionDynamic() = 0;
    virtual Result GetFunctionFromIP3() = 0;
    virtual Result GetDynamicFunctionInfo() = 0;
    virtual Result GetNativeCodeStartAddresses() = 0;
    virtual Result GetILToNativeMapping3() = 0;
    virtual Result GetCodeInfo4() = 0;
    virtual Result EnumerateObjectReferences() = 0;
    virtual Result IsFrozenObject() = 0;
    virtual Result GetLOHObjectSizeThreshold() = 0;
    virtual Result RequestReJITWithInliners(uint32_t flags, uint32_t count, const ModuleId* modules, const Token* methods) = 0;
    virtual Result SuspendRuntime() = 0;
    virtual Result ResumeRuntime() = 0;
};

}
