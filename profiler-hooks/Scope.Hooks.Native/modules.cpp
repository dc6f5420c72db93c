// See modules.h. The calling convention that leaves the thread in cooperative mode is a modifier on the result of the call's
// signature; it names a type of the core library, which every module may refer to.
#include "modules.h"
#include <cstdlib>
#include "bytes.h"

namespace scope {

static constexpr uint32_t ModuleIsDynamic = 4, ModuleIsCollectible = 8;
static constexpr uint32_t nameRoom = 512;
static constexpr char16_t coreLibrary[] = u"System.Private.CoreLib", convention[] = u"System.Runtime.CompilerServices.CallConvSuppressGCTransition";

LoadedModules::~LoadedModules() { free(modules); }

// Whether a file's name begins with it, up to the ending.
static bool isNamed(const char16_t* path, uint32_t length, const char16_t* name) {
    uint32_t start = length;
    while (start > 0 && path[start - 1] != u'/') start--;
    uint32_t i = 0;
    for (; name[i] != 0; i++)
        if (start + i >= length || path[start + i] != name[i]) return false;
    return start + i < length && path[start + i] == u'.';
}

static bool describeModule(ProfilerInfo& info, ModuleId id, LoadedModule& module) {
    char16_t path[nameRoom];
    uint32_t length = 0, flags = 0;
    const uint8_t* base;
    AnyId assembly;
    if (info.GetModuleInfo2(id, &base, nameRoom, &length, path, &assembly, &flags) < 0) return false;
    Held<MetaDataImport> import;
    if (flags & ModuleIsDynamic || info.GetModuleMetaData(id, OpenForReading, IMetaDataImportId, import.unknown()) != Ok) return false;
    module.id = id;
    module.collectible = flags & ModuleIsCollectible;
    module.coreLibrary = isNamed(path, length > 0 ? length - 1 : 0, coreLibrary);
    return import->GetScopeProps(nullptr, 0, nullptr, &module.version) >= 0;
}

Result listModules(ProfilerInfo& info, LoadedModules& list) {
    Held<ModuleEnum> all;
    if (Result result = info.EnumModules(all.unknown()); result < 0) return result;
    uint32_t room = 0, got = 0;
    ModuleId id;
    while (all->Next(1, &id, &got) == Ok && got == 1) {
        if (list.count == room) {
            room = room * 2 + 256;
            auto* grown = static_cast<LoadedModule*>(realloc(list.modules, room * sizeof(LoadedModule)));
            if (!grown) return NoMemory;
            list.modules = grown;
        }
        if (describeModule(info, id, list.modules[list.count])) list.count++;
    }
    return Ok;
}

// The type as this module has to name it: its own in the core library, else by a reference.
static Result conventionToken(ProfilerInfo& info, ModuleId module, MetaDataEmit& emit, Token& type) {
    Held<MetaDataImport> import;
    if (Result result = info.GetModuleMetaData(module, OpenForReading, IMetaDataImportId, import.unknown()); result < 0) return result;
    if (import->FindTypeDefByName(convention, 0, &type) == Ok) return Ok;
    Held<MetaDataAssemblyEmit> assemblies;
    if (Result result = info.GetModuleMetaData(module, OpenForWriting, IMetaDataAssemblyEmitId, assemblies.unknown()); result < 0) return result;
    static constexpr uint8_t publicKeyToken[] = {0x7C, 0xEC, 0x85, 0xD7, 0xBE, 0xA7, 0x79, 0x8E};
    AssemblyVersion any = {};
    Token assembly;
    if (Result result = assemblies->DefineAssemblyRef(publicKeyToken, sizeof(publicKeyToken), coreLibrary, &any, nullptr, 0, 0, &assembly); result < 0) return result;
    return emit.DefineTypeRefByName(assembly, convention, &type);
}

static Result makeCallTokens(ProfilerInfo& info, ModuleId module, CallTokens& tokens) {
    constexpr uint8_t Unmanaged = 0x09, OptionalModifier = 0x20, Int64 = 0x0A, UInt32 = 0x09, NativeInt = 0x18;
    constexpr uint32_t isReference = 1;
    Held<MetaDataEmit> emit;
    if (Result result = info.GetModuleMetaData(module, OpenForWriting, IMetaDataEmitId, emit.unknown()); result < 0) return result;
    Token type;
    if (Result result = conventionToken(info, module, *emit.object, type); result < 0) return result;
    for (uint32_t set = 0; set < hitFunctionSets; set++) {
        Bytes signature;
        signature.add1(Unmanaged);
        signature.addCompressed(2 + hitFunctions[set].places);
        signature.add1(OptionalModifier);
        signature.addCompressed((type & 0xFFFFFF) << 2 | (type >> 24 == 0x01 ? isReference : 0));
        signature.add1(Int64);
        signature.add1(Int64);
        signature.add1(UInt32);
        for (uint32_t i = 0; i < hitFunctions[set].places; i++) signature.add1(NativeInt);
        if (signature.failed()) return NoMemory;
        if (Result result = emit->GetTokenFromSig(signature.data(), signature.length(), &tokens.signature[set]); result < 0) return result;
    }
    return Ok;
}

// Made once for a module, because each reference to an assembly is a new one. Only the control thread comes here.
Result callTokens(ProfilerInfo& info, ModuleId module, CallTokens& tokens) {
    struct Known {
        ModuleId module;
        CallTokens tokens;
    };
    static Known* known;
    static uint32_t count, room;
    for (uint32_t i = 0; i < count; i++) {
        if (known[i].module != module) continue;
        tokens = known[i].tokens;
        return Ok;
    }
    if (count == room) {
        auto* grown = static_cast<Known*>(realloc(known, (room * 2 + 64) * sizeof(Known)));
        if (!grown) return NoMemory;
        known = grown;
        room = room * 2 + 64;
    }
    if (Result result = makeCallTokens(info, module, tokens); result < 0) return result;
    known[count++] = {module, tokens};
    return Ok;
}

}
