// The modules that are loaded in the target, and what our code in one of them needs to be able to call us.
#pragma once
#include "corprof_info.h"
#include "corprof_metadata.h"
#include "hits.h"

namespace scope {

/// A module, by the version id that its compiler gave it; the same assembly may be loaded more than once.
struct LoadedModule {
    ModuleId id;
    Guid version;
    bool collectible;
    bool coreLibrary;
};

/// A list of them.
struct LoadedModules {
    LoadedModule* modules = nullptr;
    uint32_t count = 0;

    LoadedModules() = default;
    LoadedModules(const LoadedModules&) = delete;
    LoadedModules& operator=(const LoadedModules&) = delete;
    ~LoadedModules();
};

/// Lists them; an error, or 0.
Result listModules(ProfilerInfo& info, LoadedModules& list);

/// The tokens of a module for calls of hit functions, one for each number of places.
struct CallTokens {
    Token signature[hitFunctionSets];
};

/// Finds or makes them; an error, or 0.
Result callTokens(ProfilerInfo& info, ModuleId module, CallTokens& tokens);

}
