// See probe_code.h. A place is handed over by the address of a copy wherever its type allows one to be made: a variable whose
// own address is taken could not be kept in a register any more, and the method would be slower for it. Copies of references
// are emptied after the call, so that they keep nothing alive.
#include "probe_code.h"
#include "corprof.h"
#include "hits.h"

namespace scope {

namespace {

constexpr uint8_t objectType[] = {0x1C}, byRefType[] = {0x10, 0x05}, stampType[] = {0x0A};
constexpr uint32_t LoadArgument = 0x09FE, LoadArgumentAddress = 0x0AFE, LoadLocal = 0x0CFE, LoadLocalAddress = 0x0DFE, StoreLocal = 0x0EFE;
constexpr uint32_t stackOfCall = 2 + MaxRoots + 1 + 4;
constexpr TypePart thisObject{objectType, sizeof(objectType), PlaceKind::Reference}, thisReference{byRefType, sizeof(byRefType), PlaceKind::ByRef};

void indexed(uint32_t operation, uint32_t index, Bytes& out) {
    out.add2(operation);
    out.add2(index);
}

void nothing(Bytes& out) {
    out.add1(0x16);  // ldc.i4.0
    out.add1(0xE0);  // conv.u
}

const void* functionOf(Site site, const HitFunctions& set) {
    return site == SiteEnter ? set.enter : site == SiteLeave ? set.leave : site == SiteException ? set.exception : set.line;
}

bool isTiming(const Plan& plan) { return !(plan.request.flags & FlagLine); }

}

int32_t ProbeCode::resolveRoot(Root& root, const TypePart*& type) const {
    uint32_t index = root.index;
    if (root.kind == RootException) return Ok;
    if (root.kind == RootArgument && shape.signature.hasThis && index-- == 0) {
        type = shape.onStruct ? &thisReference : &thisObject;
    } else if (root.kind == RootReturn) {
        if (shape.signature.returnsNothing) return NoSuchPlace;
        type = &shape.signature.result;
    } else {
        if (index >= (root.kind == RootArgument ? shape.signature.arguments : shape.locals.count)) return NoSuchPlace;
        type = root.kind == RootArgument ? &shape.signature.argument[index] : &shape.locals.local[index];
    }
    root.place = type->kind;
    return type->kind == PlaceKind::Forbidden ? NotCapturable : Ok;
}

int32_t ProbeCode::resolve(Plan& plan) {
    for (int site = 0; site < siteCount; site++)
        for (uint32_t i = 0; i < plan.rootCount[site]; i++) {
            Root& root = plan.roots[site][i];
            const TypePart* type = nullptr;
            if (int32_t why = resolveRoot(root, type)) return why;
            if (type && root.kind != RootReturn && root.place != PlaceKind::Other) copyFor(root, type);
        }
    return Ok;
}

uint32_t ProbeCode::addLocal(const uint8_t* type, uint32_t length) {
    newLocals.add(type, length);
    return localCount++;
}

// The copy of a place; null for the type only looks for it.
uint32_t ProbeCode::copyFor(const Root& root, const TypePart* type) {
    for (uint32_t i = 0; i < copyCount; i++)
        if (copies[i].root == root.kind && copies[i].index == root.index) return copies[i].local;
    // References of all types are alike to the compiler; so are references into something.
    if (type->kind == PlaceKind::Reference) type = &thisObject;
    if (type->kind == PlaceKind::ByRef) type = &thisReference;
    uint32_t local = addLocal(type->bytes, type->length);
    copies[copyCount++] = {root.kind, root.index, local};
    return local;
}

void ProbeCode::writePlaces(const Plan& plan, Site site, Bytes& out) {
    for (uint32_t i = 0; i < plan.rootCount[site]; i++) {
        const Root& root = plan.roots[site][i];
        if (root.kind >= RootReturn) {
            indexed(LoadLocalAddress, static_cast<uint32_t>(root.kind == RootReturn ? returnLocal : exceptionLocal), out);
        } else if (root.place == PlaceKind::Other) {
            indexed(root.kind == RootArgument ? LoadArgumentAddress : LoadLocalAddress, root.index, out);
        } else {
            uint32_t copy = copyFor(root, nullptr);
            indexed(root.kind == RootArgument ? LoadArgument : LoadLocal, root.index, out);
            indexed(StoreLocal, copy, out);
            indexed(LoadLocalAddress, copy, out);
        }
        out.add1(0xE0);  // conv.u
    }
}

void ProbeCode::forgetCopies(const Plan& plan, Site site, Bytes& out) {
    for (uint32_t i = 0; i < plan.rootCount[site]; i++) {
        const Root& root = plan.roots[site][i];
        if (root.kind >= RootReturn || root.place != PlaceKind::Reference) continue;
        out.add1(0x14);  // ldnull
        indexed(StoreLocal, copyFor(root, nullptr), out);
    }
}

// Pushes stamp, id and places, calls, and takes what comes back: the stamp at a begin, nothing else anywhere else.
void ProbeCode::writeCall(const Plan& plan, Site site, int32_t stampLocal, Bytes& out) {
    uint32_t set = setFor(plan.rootCount[site]);
    bool begins = site == SiteEnter || site == SiteLine;
    if (begins) {
        out.add1(0x16);  // ldc.i4.0
        out.add1(0x6A);  // conv.i8
    } else {
        indexed(LoadLocal, static_cast<uint32_t>(stampLocal), out);
    }
    out.add1(0x20);  // ldc.i4
    out.add4(plan.request.probe);
    writePlaces(plan, site, out);
    for (uint32_t i = plan.rootCount[site]; i < hitFunctions[set].places; i++) nothing(out);
    out.add1(0x21);  // ldc.i8
    out.add8(reinterpret_cast<uintptr_t>(functionOf(site, hitFunctions[set])));
    out.add1(0xD3);  // conv.i
    out.add1(0x29);  // calli
    out.add4(tokens.calls[set]);
    if (site == SiteEnter) indexed(StoreLocal, static_cast<uint32_t>(stampLocal), out);
    else out.add1(0x26);  // pop
    if (begins) forgetCopies(plan, site, out);
}

// A call that was not taken at its begin, as its gate was closed, is not told at its end either: that costs a comparison.
void ProbeCode::writeEnd(const Plan& plan, Site site, int32_t stampLocal, Bytes& out) {
    Bytes call;
    writeCall(plan, site, stampLocal, call);
    indexed(LoadLocal, static_cast<uint32_t>(stampLocal), out);
    out.add1(0x39);  // brfalse
    out.add4(call.length());
    out.add(call);
}

void ProbeCode::writeTiming(Plan* const* plans, uint32_t count) {
    int32_t stamps[MaxProbesOfMethod] = {};
    for (uint32_t i = 0; i < count; i++) {
        if (!isTiming(*plans[i])) continue;
        timing = true;
        filters = filters || (plans[i]->request.flags & FlagException) || plans[i]->request.leaveSteps > 0;
        stamps[i] = static_cast<int32_t>(addLocal(stampType, sizeof(stampType)));
    }
    if (!timing) return;
    if (filters) exceptionLocal = static_cast<int32_t>(addLocal(objectType, sizeof(objectType)));
    if (!shape.signature.returnsNothing) returnLocal = static_cast<int32_t>(addLocal(shape.signature.result.bytes, shape.signature.result.length));
    if (filters) indexed(StoreLocal, static_cast<uint32_t>(exceptionLocal), filter);
    for (uint32_t i = 0; i < count; i++) {
        if (!isTiming(*plans[i])) continue;
        writeCall(*plans[i], SiteEnter, stamps[i], prologue);
        if ((plans[i]->request.flags & FlagException) || plans[i]->request.leaveSteps > 0) writeEnd(*plans[i], SiteException, stamps[i], filter);
    }
    filter.add1(0x16);  // ldc.i4.0: never catches
    for (uint32_t i = count; i-- > 0;)
        if (isTiming(*plans[i])) writeEnd(*plans[i], SiteLeave, stamps[i], epilogue);
    if (returnLocal >= 0) indexed(LoadLocal, static_cast<uint32_t>(returnLocal), epilogue);
    epilogue.add1(IlRet);
}

void ProbeCode::writeLines(Plan* const* plans, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (isTiming(*plans[i])) continue;
        writeCall(*plans[i], SiteLine, -1, lines[i]);
        uint32_t at = insertionCount++;
        for (; at > 0 && insertions[at - 1].offset > plans[i]->request.ilOffset; at--) insertions[at] = insertions[at - 1];
        insertions[at] = {plans[i]->request.ilOffset, &lines[i]};
    }
}

int32_t ProbeCode::write(Plan* const* plans, uint32_t count) {
    if (count > MaxProbesOfMethod) return TooManyProbes;
    localCount = shape.locals.count;
    for (uint32_t i = 0; i < count; i++)
        if (int32_t why = resolve(*plans[i])) return why;
    writeTiming(plans, count);
    writeLines(plans, count);
    allLocals.add1(0x07);
    allLocals.addCompressed(localCount);
    allLocals.add(shape.locals.bytes, shape.locals.length);
    allLocals.add(newLocals);
    bool failed = allLocals.failed() || newLocals.failed() || prologue.failed() || filter.failed() || epilogue.failed();
    for (uint32_t i = 0; i < count; i++) failed = failed || lines[i].failed();
    return failed ? NoMemory : Ok;
}

int32_t ProbeCode::body(uint32_t localsToken, Bytes& out) const {
    Rewriting rewriting;
    if (timing) {
        rewriting.prologue = &prologue;
        rewriting.filter = filters ? &filter : nullptr;
        rewriting.epilogue = &epilogue;
        rewriting.returnLocal = returnLocal;
    }
    rewriting.insertions = insertions;
    rewriting.insertionCount = insertionCount;
    rewriting.localsToken = localsToken;
    rewriting.extraStack = stackOfCall;
    return rewrite(shape.body, rewriting, out);
}

}
