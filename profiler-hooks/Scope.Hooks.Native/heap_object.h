// An object on the managed heap as its method table describes it: where it ends, whether it is a string or an array, and at
// which offsets references to other objects lie. The layout is the one that garbage collector and runtime share since .NET
// Core 1 (a word of flags and component size, the base size, and in front of the table the series of references).
#pragma once
#include <cstdint>

namespace scope {

/// How far we believe that there is an object.
enum class Trust : uint8_t {
    Proven,   // The runtime's types say so: its bytes may be read directly.
    Claimed,  // Somebody's offsets say so: what is not on its first page is asked of the kernel.
};

struct HeapObject {
    const uint8_t* at = nullptr;
    uint64_t type = 0;       // Its method table.
    uint64_t bytes = 0;      // From its method table pointer to its end.
    uint32_t length = 0;     // Of a string or an array.
    uint16_t elementBytes = 0;
    bool isString = false;
    bool hasReferences = false;
    Trust trust = Trust::Claimed;
};

/// Looks at an object; false when it cannot be one.
bool describe(const uint8_t* at, Trust trust, HeapObject& object);

/// Whether a reference to an object lies at the offset. Only for proven objects.
bool hasReferenceAt(const HeapObject& object, uint64_t offset);

/// How many of the first characters of a string can be read, up to the wanted number.
uint32_t readableChars(const HeapObject& string, uint32_t wanted);

/// Copies from an object; false when it does not reach that far, or is not there.
bool readObject(const HeapObject& object, uint64_t offset, void* to, uint32_t bytes);

}
