// Bytes that grow while they are written. Out of memory is a state that the writer asks for once, at the end.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace scope {

class Bytes {
public:
    Bytes() = default;
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;
    ~Bytes() { free(bytes); }

    const uint8_t* data() const { return bytes; }
    uint32_t length() const { return used; }
    bool failed() const { return outOfMemory; }

    /// Gives the bytes away; the caller frees them.
    uint8_t* release() {
        uint8_t* given = bytes;
        bytes = nullptr;
        used = room = 0;
        return given;
    }

    void add1(uint32_t value) { addNumber<uint8_t>(value); }
    void add2(uint32_t value) { addNumber<uint16_t>(value); }
    void add4(uint32_t value) { addNumber<uint32_t>(value); }
    void add8(uint64_t value) { addNumber<uint64_t>(value); }

    void add(const uint8_t* more, uint32_t count) {
        if (count == 0 || !reserve(count)) return;
        memcpy(bytes + used, more, count);
        used += count;
    }

    void add(const Bytes& other) {
        add(other.bytes, other.used);
        outOfMemory = outOfMemory || other.outOfMemory;
    }

    /// A number as signatures have it.
    void addCompressed(uint32_t value) {
        if (value < 0x80) {
            add1(value);
        } else if (value < 0x4000) {
            add1(0x80 | value >> 8);
            add1(value);
        } else {
            add1(0xC0 | value >> 24);
            add1(value >> 16);
            add1(value >> 8);
            add1(value);
        }
    }

private:
    template <typename T>
    void addNumber(uint64_t value) {
        T narrow = static_cast<T>(value);
        add(reinterpret_cast<const uint8_t*>(&narrow), sizeof(narrow));
    }

    bool reserve(uint32_t count) {
        if (used + count <= room) return true;
        uint32_t wanted = (used + count) * 2 + 64;
        auto* grown = static_cast<uint8_t*>(realloc(bytes, wanted));
        if (!grown) {
            outOfMemory = true;
            return false;
        }
        bytes = grown;
        room = wanted;
        return true;
    }

    uint8_t* bytes = nullptr;
    uint32_t used = 0, room = 0;
    bool outOfMemory = false;
};

}
