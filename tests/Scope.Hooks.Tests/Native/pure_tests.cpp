// The pure parts of the native part as a program, built with sanitizers: what runs in somebody else's process must stand any
// input. "rewrite" reads methods from standard input and writes what it makes of them; "mutate" follows plans that chance has
// damaged over objects that it has damaged too.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "condition.h"
#include "hits.h"
#include "probe_code.h"

using namespace scope;

// What the pure parts leave to the process that they run in.
namespace scope {
static int placeholder;
const HitFunctions hitFunctions[hitFunctionSets] = {
    {&placeholder, &placeholder, &placeholder, &placeholder, 0}, {&placeholder, &placeholder, &placeholder, &placeholder, 2}, {&placeholder, &placeholder, &placeholder, &placeholder, 4},
    {&placeholder, &placeholder, &placeholder, &placeholder, 8}, {&placeholder, &placeholder, &placeholder, &placeholder, 16},
};
uint32_t setFor(uint32_t places) {
    uint32_t set = 0;
    while (hitFunctions[set].places < places) set++;
    return set;
}
}

static bool readAll(void* to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

static uint8_t* readPart(uint32_t& length) {
    if (!readAll(&length, 4)) return nullptr;
    // No byte more than there is: a read behind the end is found.
    auto* bytes = static_cast<uint8_t*>(malloc(length ? length : 1));
    if (length && !readAll(bytes, length)) exit(3);
    return bytes;
}

static void writePart(const uint8_t* bytes, uint32_t length) {
    fwrite(&length, 1, 4, stdout);
    fwrite(bytes, 1, length, stdout);
}

// For each method: body, signature, locals' signature, a plan. Out: why not, the new body, the new locals.
static int rewriteAll() {
    static MethodShape shape;
    uint32_t bodyLength, signatureLength, localsLength, planLength;
    while (uint8_t* body = readPart(bodyLength)) {
        uint8_t* signature = readPart(signatureLength);
        uint8_t* locals = readPart(localsLength);
        uint8_t* plan = readPart(planLength);
        Plan* plans[MaxProbesOfMethod];
        uint32_t count = 0;
        int32_t why = 0;
        for (uint32_t at = 0, length; at < planLength && count < MaxProbesOfMethod && why == 0; at += length) {
            length = requestBytes(plan, planLength, at);
            if (length == 0) why = BadPlan;
            else if (Plan* made = makePlan(plan + at, length, why)) plans[count++] = made;
        }
        shape.locals.count = shape.locals.length = 0;
        shape.onStruct = false;
        if (why == 0 && (!parseBody(body, bodyLength, shape.body) || !parseMethod(signature, signatureLength, shape.signature) || (localsLength > 0 && !parseLocals(locals, localsLength, shape.locals)))) why = UnknownIl;
        Bytes out;
        uint32_t calls[hitFunctionSets] = {0x11000001, 0x11000002, 0x11000003, 0x11000004, 0x11000005};
        ProbeCode code(shape, {calls});
        if (why == 0) why = code.write(plans, count);
        if (why == 0) why = code.body(0x11000009, out);
        fwrite(&why, 1, 4, stdout);
        writePart(out.data(), why == 0 ? out.length() : 0);
        writePart(code.localsSignature().data(), why == 0 ? code.localsSignature().length() : 0);
        fflush(stdout);
        for (uint32_t i = 0; i < count; i++) free(plans[i]);
        free(body);
        free(signature);
        free(locals);
        free(plan);
    }
    return 0;
}

static uint64_t state = 88172645463325252ull;
static uint32_t chance() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<uint32_t>(state >> 11);
}

// Things that look like method tables and objects, and the plan from standard input, all of them damaged at some bytes.
static int mutate(int rounds) {
    uint32_t length;
    uint8_t* plan = readPart(length);
    // A page each: what is on the page of something that is there may be read.
    alignas(4096) static uint64_t types[512], heap[512];
    int made = 0, told = 0;
    for (int round = 0; round < rounds; round++) {
        auto* bytes = static_cast<uint8_t*>(malloc(length));
        memcpy(bytes, plan, length);
        for (uint32_t i = chance() % 6; i > 0; i--) bytes[chance() % length] = static_cast<uint8_t>(chance());
        int32_t why;
        Plan* checked = makePlan(bytes, length, why);
        free(bytes);
        if (!checked) continue;
        made++;
        for (uint64_t& word : types) word = chance() % 3 ? 0 : chance();
        types[8] = 24ull << 32 | 0x01000000;  // A class with a reference at 8,
        types[7] = 1;
        types[6] = 8;
        types[5] = static_cast<uint64_t>(-16ll);
        types[16] = 22ull << 32 | 0x80000002;  // and a string.
        for (uint64_t& word : heap) word = chance() % 4 ? reinterpret_cast<uint64_t>(&heap[chance() % 500]) : chance() % 2 ? reinterpret_cast<uint64_t>(&types[chance() % 2 ? 8 : 16]) : chance() % 3 ? 0 : (static_cast<uint64_t>(chance()) << 32 | chance());
        // What is proven is proven: the roots lead to whole objects.
        heap[0] = reinterpret_cast<uint64_t>(&types[8]);
        heap[1] = reinterpret_cast<uint64_t>(&heap[4]);
        heap[4] = reinterpret_cast<uint64_t>(&types[16]);
        heap[5] = chance() % 20;
        heap[510] = reinterpret_cast<uint64_t>(heap);
        heap[511] = 0;
        void* places[MaxRoots];
        for (int site = 0; site < siteCount; site++) {
            for (uint32_t i = 0; i < checked->rootCount[site]; i++) {
                Root& root = checked->roots[site][i];
                root.place = chance() % 2 ? PlaceKind::Reference : chance() % 2 ? PlaceKind::ByRef : PlaceKind::Other;
                places[i] = root.place == PlaceKind::Other ? static_cast<void*>(heap + chance() % 256) : static_cast<void*>(heap + (chance() % 4 ? 510 : 511));
            }
            Spending spending;
            Moment moment{static_cast<Site>(site), places, chance()};
            holds(*checked, checked->enterSteps, checked->request.enterSteps, moment, spending);
            holds(*checked, checked->leaveSteps, checked->request.leaveSteps, moment, spending);
            for (uint32_t i = 0; i < checked->request.captures; i++) {
                const PlannedCapture& capture = checked->captures[i];
                if (capture.root[site] == noRoot) continue;
                Seen seen;
                look(*checked, capture, checked->roots[site][capture.root[site]], places[capture.root[site]], spending, seen);
                told++;
            }
        }
        free(checked);
    }
    free(plan);
    printf("%d plans, %d values\n", made, told);
    return 0;
}

int main(int count, char** arguments) {
    if (count == 2 && strcmp(arguments[1], "rewrite") == 0) return rewriteAll();
    if (count == 3 && strcmp(arguments[1], "mutate") == 0) return mutate(atoi(arguments[2]));
    fprintf(stderr, "usage: pure-tests rewrite | mutate ROUNDS\n");
    return 2;
}
