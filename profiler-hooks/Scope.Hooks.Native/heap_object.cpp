// See heap_object.h.
#include "heap_object.h"
#include "memory.h"

namespace scope {

static constexpr uint32_t HasComponents = 0x80000000, HasReferences = 0x01000000;
static constexpr uint32_t stringBaseBytes = 22, stringElementBytes = 2, arrayBaseBytes = 24, smallestBytes = 24, headerBytes = 8;
static constexpr uint64_t collectorsBits = 7;  // The collector marks in the low bits of the type's address.

struct TypeHead {
    uint32_t flags, baseBytes;
};

// No other type has a string's base size: it is two bytes away from every multiple of the word.
static bool isStringType(const TypeHead& head) {
    return (head.flags & (HasComponents | 0xFFFF)) == (HasComponents | stringElementBytes) && head.baseBytes == stringBaseBytes;
}

static bool read(Trust trust, const void* from, void* to, uint32_t bytes) {
    if (trust == Trust::Claimed) return readThroughKernel(from, to, bytes);
    memcpy(to, from, bytes);
    return true;
}

bool describe(const uint8_t* at, Trust trust, HeapObject& object) {
    struct {
        uint64_t type;
        uint32_t length, more;
    } front;
    TypeHead head;
    if ((reinterpret_cast<uintptr_t>(at) & 7) || !read(trust, at, &front, sizeof(front))) return false;
    uint64_t type = front.type & ~collectorsBits;
    if (type == 0 || !read(trust, reinterpret_cast<const void*>(type), &head, sizeof(head))) return false;
    object.isString = isStringType(head);
    if (head.baseBytes < (object.isString ? stringBaseBytes : smallestBytes)) return false;
    bool components = head.flags & HasComponents;
    object.at = at;
    object.type = type;
    object.hasReferences = head.flags & HasReferences;
    object.elementBytes = components ? static_cast<uint16_t>(head.flags) : 0;
    object.length = components ? front.length : 0;
    object.bytes = head.baseBytes - headerBytes + static_cast<uint64_t>(object.length) * object.elementBytes;
    object.trust = trust;
    return object.length <= 0x7FFFFFFF;
}

// The word in front of the method table counts the series, and each of them lies in front of the one before: how long a run
// of references is (less the object's size), and where it begins. A negative count is that of an array of structs: not ours.
bool hasReferenceAt(const HeapObject& object, uint64_t offset) {
    if (!object.hasReferences) return false;
    const auto* words = reinterpret_cast<const int64_t*>(object.type);
    uint64_t wholeBytes = object.bytes + headerBytes;
    for (int64_t series = words[-1], i = 0; i < series; i++) {
        uint64_t run = static_cast<uint64_t>(words[-3 - 2 * i]) + wholeBytes, start = static_cast<uint64_t>(words[-2 - 2 * i]);
        if (offset >= start && offset < start + run && (offset - start) % sizeof(void*) == 0) return true;
    }
    return false;
}

uint32_t readableChars(const HeapObject& string, uint32_t wanted) {
    constexpr uint32_t mostChars = 1024;  // Fewer than a page has: they lie on the string's first page and the next.
    if (string.trust == Trust::Proven) return wanted;
    if (wanted > mostChars) wanted = mostChars;
    char16_t last;
    return wanted == 0 || readNear(string.at, 12 + 2 * (wanted - 1ull), &last, sizeof(last)) ? wanted : 0;
}

bool readObject(const HeapObject& object, uint64_t offset, void* to, uint32_t bytes) {
    if (offset + bytes > object.bytes) return false;
    if (object.trust == Trust::Claimed) return readNear(object.at, offset, to, bytes);
    memcpy(to, object.at + offset, bytes);
    return true;
}

}
