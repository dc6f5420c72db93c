// See methods.h. Entries are pointers that stay: the list of them grows under the lock, which nobody holds while it calls
// into the runtime, except to hand a body over, which copies it.
#include "methods.h"
#include <pthread.h>
#include <cstdlib>
#include "probe_code.h"

namespace scope {

static constexpr uint32_t mostInliners = 65536, mostMethods = 4 * MaxProbes;
static constexpr uint32_t CodeTypeMask = 3, InternalCall = 0x1000, RuntimeAsyncMethod = 0x2000;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ProbedMethod* methods[mostMethods];
static uint32_t methodCount;
static ModuleId* inlinerModules;
static Token* inlinerTokens;
static uint32_t inliners, inlinerRoom;

struct Locked {
    Locked() { pthread_mutex_lock(&lock); }
    ~Locked() { pthread_mutex_unlock(&lock); }
};

static ProbedMethod* find(ModuleId module, Token token) {
    for (uint32_t i = 0; i < methodCount; i++)
        if (methods[i]->module == module && methods[i]->token == token) return methods[i];
    return nullptr;
}

ProbedMethod* methodAt(ModuleId module, Token token, bool make) {
    Locked locked;
    ProbedMethod* method = find(module, token);
    if (method || !make || methodCount == mostMethods) return method;
    method = static_cast<ProbedMethod*>(calloc(1, sizeof(ProbedMethod)));
    if (!method) return nullptr;
    method->module = module;
    method->token = token;
    return methods[methodCount++] = method;
}

ProbedMethod* methodNumber(uint32_t position) { return position < methodCount ? methods[position] : nullptr; }

void withdraw(ProbedMethod& method) {
    Locked locked;
    free(method.body);
    method.body = nullptr;
    method.asked = false;
    method.error = Ok;
}

void forgetBareMethods() {
    Locked locked;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < methodCount; i++) {
        if (methods[i]->count > 0) {
            methods[kept++] = methods[i];
        } else {
            free(methods[i]->body);
            free(methods[i]);
        }
    }
    methodCount = kept;
}

static void rememberInliner(ModuleId module, Token token) {
    if (inliners == mostInliners) return;
    for (uint32_t i = 0; i < inliners; i++)
        if (inlinerModules[i] == module && inlinerTokens[i] == token) return;
    if (inliners == inlinerRoom) {
        uint32_t room = inlinerRoom * 2 + 64;
        auto* moreModules = static_cast<ModuleId*>(realloc(inlinerModules, room * sizeof(ModuleId)));
        if (!moreModules) return;
        inlinerModules = moreModules;
        auto* moreTokens = static_cast<Token*>(realloc(inlinerTokens, room * sizeof(Token)));
        if (!moreTokens) return;
        inlinerTokens = moreTokens;
        inlinerRoom = room;
    }
    inlinerModules[inliners] = module;
    inlinerTokens[inliners++] = token;
}

void handOut(ModuleId module, Token token, FunctionControl& control) {
    Locked locked;
    ProbedMethod* method = find(module, token);
    if (!method || !method->body) return rememberInliner(module, token);
    method->error = control.SetILFunctionBody(method->bodyBytes, method->body);
    method->asked = true;
}

void noteError(ModuleId module, Token token, Result error) {
    Locked locked;
    if (ProbedMethod* method = find(module, token)) method->error = error < 0 ? error : RuntimeRefused;
}

uint32_t takeInliners(ModuleId*& modules, Token*& tokens) {
    Locked locked;
    uint32_t count = inliners;
    modules = inlinerModules;
    tokens = inlinerTokens;
    inlinerModules = nullptr;
    inlinerTokens = nullptr;
    inliners = inlinerRoom = 0;
    return count;
}

// The name of a type that another one derives from.
static uint32_t nameOf(MetaDataImport& import, Token type, char16_t* name, uint32_t room) {
    uint32_t length = 0, attributes;
    Token scope;
    Result result = type >> 24 == 0x02 ? import.GetTypeDefProps(type, name, room, &length, &attributes, &scope) : type >> 24 == 0x01 ? import.GetTypeRefProps(type, &scope, name, room, &length) : -1;
    return result >= 0 && length > 0 && length <= room ? length - 1 : 0;
}

static bool isNamed(const char16_t* name, uint32_t length, const char16_t* expected) {
    uint32_t i = 0;
    while (i < length && expected[i] == name[i]) i++;
    return i == length && expected[i] == 0 && length > 0;
}

// A struct derives from ValueType or Enum; Enum itself, which derives from ValueType, is none.
static bool isStruct(MetaDataImport& import, Token type) {
    char16_t name[64];
    uint32_t length = 0, attributes;
    Token base = 0;
    import.GetTypeDefProps(type, name, 64, &length, &attributes, &base);
    if (isNamed(name, length > 0 && length <= 64 ? length - 1 : 0, u"System.Enum")) return false;
    length = nameOf(import, base, name, 64);
    return isNamed(name, length, u"System.ValueType") || isNamed(name, length, u"System.Enum");
}

// What the runtime and the metadata say of a method. One at a time: the shape is big, and the control thread is alone.
static int32_t readShape(ProfilerInfo& info, const ProbedMethod& method, MethodShape& shape) {
    Held<MetaDataImport> import;
    if (info.GetModuleMetaData(method.module, OpenForReading, IMetaDataImportId, import.unknown()) != Ok) return ModuleNotFound;
    Token type;
    uint32_t attributes, nameLength, signatureBytes, rva, implementation;
    const uint8_t* signature;
    if (import->GetMethodProps(method.token, &type, nullptr, 0, &nameLength, &attributes, &signature, &signatureBytes, &rva, &implementation) < 0) return NoIl;
    if (implementation & RuntimeAsyncMethod) return RuntimeAsync;
    if ((implementation & (CodeTypeMask | InternalCall)) != 0) return NoIl;
    const uint8_t* bytes;
    uint32_t length;
    if (info.GetILFunctionBody(method.module, method.token, &bytes, &length) < 0 || !bytes || length == 0) return NoIl;
    if (length > 2 * MaxIlBytes) return IlTooBig;
    if (!parseBody(bytes, length, shape.body) || !parseMethod(signature, signatureBytes, shape.signature)) return UnknownIl;
    shape.locals.count = shape.locals.length = 0;
    if (shape.body.localsToken != 0 && (import->GetSigFromToken(shape.body.localsToken, &signature, &signatureBytes) < 0 || !parseLocals(signature, signatureBytes, shape.locals))) return UnknownIl;
    shape.onStruct = shape.signature.hasThis && isStruct(*import.object, type);
    return Ok;
}

int32_t prepare(ProfilerInfo& info, ProbedMethod& method, Plan* const* plans) {
    static MethodShape shape;
    if (int32_t why = readShape(info, method, shape)) return why;
    CallTokens calls;
    if (Result result = callTokens(info, method.module, calls); result < 0) return result;
    ProbeCode code(shape, {calls.signature});
    if (int32_t why = code.write(plans, method.count)) return why;
    Held<MetaDataEmit> emit;
    Token locals;
    if (Result result = info.GetModuleMetaData(method.module, OpenForWriting, IMetaDataEmitId, emit.unknown()); result < 0) return result;
    if (Result result = emit->GetTokenFromSig(code.localsSignature().data(), code.localsSignature().length(), &locals); result < 0) return result;
    Bytes body;
    if (int32_t why = code.body(locals, body)) return why;
    Locked locked;
    free(method.body);
    method.bodyBytes = body.length();
    method.body = body.release();
    method.asked = false;
    method.error = Ok;
    return Ok;
}

}
