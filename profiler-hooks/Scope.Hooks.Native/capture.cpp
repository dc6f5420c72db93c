// See capture.h. Two kinds of ground are walked on: memory near an address that is known to be there (the frame, a struct
// behind a reference), and the inside of an object whose end is known.
#include "capture.h"
#include "heap_object.h"
#include "memory.h"

namespace scope {

namespace {

struct Walk {
    Seen& seen;
    Spending& spending;
    HeapObject object;           // Where the walk is; with no address while it is on open ground.
    const uint8_t* ground = nullptr;
    uint64_t offset = 0;
    PlaceKind place = PlaceKind::Other;  // On open ground at offset 0: what the signature says lies here.

    void tell(uint8_t kind, uint64_t number, uint32_t bytes) {
        seen.kind = kind;
        seen.number[0] = number;
        seen.contentBytes = bytes;
    }

    bool read(void* to, uint32_t bytes) {
        if (!object.at) return readNear(ground, offset, to, bytes);
        return readObject(object, offset, to, bytes);
    }

    // Whether what lies here is believed to be a reference to an object.
    Trust trustHere() const {
        if (object.at) return object.trust == Trust::Proven && hasReferenceAt(object, offset) ? Trust::Proven : Trust::Claimed;
        return offset == 0 && place == PlaceKind::Reference ? Trust::Proven : Trust::Claimed;
    }

    // Goes to the object whose reference lies here; false when the walk ends, with what is told.
    bool enter(uint32_t hop) {
        uint8_t* to;
        Trust trust = trustHere();
        if (!read(&to, sizeof(to))) return end(ValueUnreadable, hop, 4);
        if (!to) return end(ValueNull, hop, 4);
        if (trust == Trust::Claimed && (spending.kernelReads -= 2) < 0) return end(ValueUnreadable, hop, 4);
        HeapObject next;
        if (!describe(to, trust, next)) return end(ValueUnreadable, hop, 4);
        object = next;
        offset = 0;
        return true;
    }

    bool end(uint8_t kind, uint64_t number, uint32_t bytes) {
        tell(kind, number, bytes);
        return false;
    }

    // A reference into something leads to more open ground: what it points to is there as surely as the reference.
    bool followByRef(uint32_t hop) {
        uint8_t* to;
        if (!read(&to, sizeof(to))) return end(ValueUnreadable, hop, 4);
        if (!to) return end(ValueNull, hop, 4);
        if (reinterpret_cast<uintptr_t>(to) < 65536) return end(ValueUnreadable, hop, 4);
        ground = to;
        offset = 0;
        place = PlaceKind::Other;
        return true;
    }

    bool follow(const ProbeHop& hop, uint32_t number) {
        bool byRef = !object.at && offset == 0 && place == PlaceKind::ByRef;
        if (byRef ? !followByRef(number) : !enter(number)) return false;
        if (hop.type != 0 && object.at && object.type != hop.type) return end(ValueOtherType, object.type, 8);
        if (hop.hop == HopElement) {
            if (!object.at || object.elementBytes == 0) return end(ValueUnreadable, number, 4);
            if (hop.offset >= object.length) return end(ValueOutOfRange, object.length, 4);
            offset = 16 + static_cast<uint64_t>(hop.offset) * object.elementBytes;
        } else {
            offset = hop.offset;
        }
        return true;
    }

    template <typename T>
    void readNumber(uint8_t kind) {
        T value;
        if (!read(&value, sizeof(value))) return tell(ValueUnreadable, hops, 4);
        uint64_t number = 0;
        if constexpr (T(0.5) != T(0)) {
            double wide = value;
            memcpy(&number, &wide, sizeof(wide));
        } else {
            number = static_cast<uint64_t>(static_cast<int64_t>(value));
        }
        tell(kind, number, 8);
    }

    void readChar(uint8_t kind, uint32_t bytes) {
        uint32_t value = 0;
        if (read(&value, bytes)) tell(kind, value, 4);
        else tell(ValueUnreadable, hops, 4);
    }

    void readText(uint32_t room) {
        seen.kind = ValueText;
        seen.chars = reinterpret_cast<const char16_t*>(object.at + 12);
        seen.length = object.length;
        seen.readable = readableChars(object, object.length);
        seen.kept = seen.readable < room ? seen.readable : room;
    }

    void readObjectItself(uint8_t what, uint32_t room) {
        if (!enter(hops)) return;
        if (object.isString && (what == ReadText || what == ReadObject)) return readText(room);
        if (what == ReadType) return tell(ValueType, object.type, 8);
        if (what == ReadLength && object.elementBytes != 0) return tell(ValueLength, object.length, 4);
        if (what != ReadObject) return tell(ValueOtherType, object.type, 8);
        tell(ValueObject, object.type, 16);
        seen.number[1] = 0;
        offset = 8;
        if (!object.hasReferences && object.elementBytes == 0 && !read(&seen.number[1], 8)) seen.number[1] = 0;
    }

    uint32_t hops = 0;

    void readEnd(const ProbeCapture& what) {
        switch (what.read) {
            case ReadInt8: return readNumber<int8_t>(ValueInt);
            case ReadUInt8: return readNumber<uint8_t>(ValueUInt);
            case ReadInt16: return readNumber<int16_t>(ValueInt);
            case ReadUInt16: return readNumber<uint16_t>(ValueUInt);
            case ReadInt32: return readNumber<int32_t>(ValueInt);
            case ReadUInt32: return readNumber<uint32_t>(ValueUInt);
            case ReadInt64: return readNumber<int64_t>(ValueInt);
            case ReadUInt64: return readNumber<uint64_t>(ValueUInt);
            case ReadSingle: return readNumber<float>(ValueDouble);
            case ReadDouble: return readNumber<double>(ValueDouble);
            case ReadBool: return readChar(ValueBool, 1);
            case ReadChar: return readChar(ValueChar, 2);
            case ReadBytes:
                if (read(seen.raw, what.room)) {
                    seen.kind = ValueBytes;
                    seen.contentBytes = what.room;
                } else {
                    tell(ValueUnreadable, hops, 4);
                }
                return;
            default: return readObjectItself(what.read, what.read == ReadObject ? MaxTextChars : what.room);
        }
    }
};

}

void look(const Plan& plan, const PlannedCapture& capture, const Root& root, void* place, Spending& spending, Seen& seen) {
    Walk walk{seen, spending, {}};
    walk.ground = static_cast<const uint8_t*>(place);
    walk.place = root.place;
    walk.hops = capture.what.hops;
    for (uint32_t i = 0; i < capture.what.hops; i++) {
        const ProbeHop& hop = plan.hops[capture.firstHop + i];
        if (hop.hop == HopWithin) walk.offset += hop.offset;
        else if (!walk.follow(hop, i)) return;
    }
    walk.readEnd(capture.what);
}

}
