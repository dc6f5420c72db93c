// Signatures as metadata has them: of methods, to know what their arguments and results are, and of local variables, to add
// ours behind the method's own. Bounded by their length; a signature that does not add up is refused.
#pragma once
#include "bytes.h"

namespace scope {

/// What a place of a frame holds, as far as its signature says.
enum class PlaceKind : uint8_t {
    Other,      // A struct, a type parameter, a pointer: no reference that may be believed.
    Primitive,  // A number, a bool, a char.
    Reference,  // A reference to an object, or null.
    ByRef,      // A reference into something, or null.
    Forbidden,  // What cannot be looked at.
};

/// A type within a signature.
struct TypePart {
    const uint8_t* bytes = nullptr;
    uint32_t length = 0;
    PlaceKind kind = PlaceKind::Other;
};

constexpr uint32_t maxParts = 512;  // Arguments or local variables; a method with more is refused.

struct MethodSignature {
    bool hasThis = false;
    bool returnsNothing = false;
    TypePart result;
    uint32_t arguments = 0;  // Without this.
    TypePart argument[maxParts];
};

struct LocalsSignature {
    uint32_t count = 0;
    TypePart local[maxParts];
    const uint8_t* bytes = nullptr;  // All types, behind the count.
    uint32_t length = 0;
};

bool parseMethod(const uint8_t* bytes, uint32_t length, MethodSignature& signature);
bool parseLocals(const uint8_t* bytes, uint32_t length, LocalsSignature& signature);

}
