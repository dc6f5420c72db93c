// The IL that a method gets for its probes: which places of its frame are handed over at which site, and the local variables
// that this takes. Knows nothing of the runtime: signatures and body go in, a new body and the list of its locals come out.
#pragma once
#include "il_rewrite.h"
#include "plan.h"

namespace scope {

/// A method as it is.
struct MethodShape {
    MethodSignature signature;
    LocalsSignature locals;
    IlBody body;
    bool onStruct;  // Whether this is a reference to a struct.
};

/// What the code refers to, of the module that it stands in.
struct CodeTokens {
    const uint32_t* calls;  // A signature for each number of places that hit functions take.
};

/// Writes the code of a method's probes.
class ProbeCode {
public:
    ProbeCode(const MethodShape& shape, CodeTokens tokens) : shape(shape), tokens(tokens) {}

    /// Writes the pieces for the probes, in the order of their places in the list; 0, or why it cannot be done. Tells each
    /// plan what its places hold.
    int32_t write(Plan* const* plans, uint32_t count);

    /// The signature of all local variables, after write.
    const Bytes& localsSignature() const { return allLocals; }

    /// The new body, once the locals' signature has a token.
    int32_t body(uint32_t localsToken, Bytes& out) const;

private:
    struct Copy {
        uint8_t root;
        uint16_t index;
        uint32_t local;
    };

    int32_t resolve(Plan& plan);
    int32_t resolveRoot(Root& root, const TypePart*& type) const;
    uint32_t addLocal(const uint8_t* type, uint32_t length);
    uint32_t copyFor(const Root& root, const TypePart* type);
    void writePlaces(const Plan& plan, Site site, Bytes& out);
    void forgetCopies(const Plan& plan, Site site, Bytes& out);
    void writeCall(const Plan& plan, Site site, int32_t stampLocal, Bytes& out);
    void writeEnd(const Plan& plan, Site site, int32_t stampLocal, Bytes& out);
    void writeTiming(Plan* const* plans, uint32_t count);
    void writeLines(Plan* const* plans, uint32_t count);

    const MethodShape& shape;
    const CodeTokens tokens;
    uint32_t localCount = 0;
    Bytes newLocals, allLocals, prologue, filter, epilogue;
    Bytes lines[MaxProbesOfMethod];
    InsertedCode insertions[MaxProbesOfMethod];
    uint32_t insertionCount = 0;
    int32_t returnLocal = -1, exceptionLocal = -1;
    bool timing = false, filters = false, failed = false;
    Copy copies[MaxProbesOfMethod * MaxRoots];
    uint32_t copyCount = 0;
};

}
