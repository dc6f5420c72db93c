// See signature.h. The form is that of the published standard (ECMA-335, partition II, 23.2).
#include "signature.h"

namespace scope {

namespace {

constexpr uint8_t Void = 0x01, Boolean = 0x02, R8 = 0x0D, String = 0x0E, Pointer = 0x0F, ByReference = 0x10, ValueType = 0x11, Class = 0x12, TypeVariable = 0x13, Array = 0x14,
    GenericInstance = 0x15, TypedReference = 0x16, NativeInt = 0x18, NativeUInt = 0x19, FunctionPointer = 0x1B, Object = 0x1C, Vector = 0x1D, MethodVariable = 0x1E,
    RequiredModifier = 0x1F, OptionalModifier = 0x20, Sentinel = 0x41, Pinned = 0x45;
constexpr uint8_t Generic = 0x10, HasThis = 0x20, ExplicitThis = 0x40, Locals = 0x07;
constexpr int maxNesting = 64;

struct Reader {
    const uint8_t* at;
    const uint8_t* end;
    bool failed = false;

    uint8_t next() {
        if (at < end) return *at++;
        failed = true;
        return 0;
    }

    uint8_t peek() const { return at < end ? *at : 0; }

    uint32_t compressed() {
        uint8_t first = next();
        if (!(first & 0x80)) return first;
        if (!(first & 0x40)) return (first & 0x3Fu) << 8 | next();
        uint32_t value = (first & 0x1Fu) << 24;
        value |= static_cast<uint32_t>(next()) << 16;
        value |= static_cast<uint32_t>(next()) << 8;
        return value | next();
    }

    void skipModifiers() {
        while (peek() == RequiredModifier || peek() == OptionalModifier) {
            next();
            compressed();
        }
    }

    void skipMethod(int depth) {
        uint8_t convention = next();
        if (convention & Generic) compressed();
        uint32_t count = compressed();
        skipType(depth);
        while (count-- > 0 && !failed) {
            if (peek() == Sentinel) next();
            skipType(depth);
        }
    }

    void skipArrayShape() {
        compressed();
        for (int list = 0; list < 2; list++)
            for (uint32_t count = compressed(); count > 0 && !failed; count--) compressed();
    }

    void skipType(int depth) {
        if (depth > maxNesting) failed = true;
        if (failed) return;
        switch (next()) {
            case RequiredModifier:
            case OptionalModifier:
                compressed();
                return skipType(depth + 1);
            case Pointer:
            case ByReference:
            case Vector:
            case Pinned:
                return skipType(depth + 1);
            case ValueType:
            case Class:
            case TypeVariable:
            case MethodVariable:
                compressed();
                return;
            case Array:
                skipType(depth + 1);
                return skipArrayShape();
            case GenericInstance: {
                next();
                compressed();
                for (uint32_t count = compressed(); count > 0 && !failed; count--) skipType(depth + 1);
                return;
            }
            case FunctionPointer:
                return skipMethod(depth + 1);
            default:
                return;
        }
    }

    static PlaceKind kindOf(uint8_t type, uint8_t following) {
        switch (type) {
            case String:
            case Class:
            case Array:
            case Object:
            case Vector:
                return PlaceKind::Reference;
            case GenericInstance:
                return following == Class ? PlaceKind::Reference : PlaceKind::Other;
            case ByReference:
                return PlaceKind::ByRef;
            case TypedReference:
                return PlaceKind::Forbidden;
            default:
                return (type >= Boolean && type <= R8) || type == NativeInt || type == NativeUInt ? PlaceKind::Primitive : PlaceKind::Other;
        }
    }

    // One type, without pinned before it: a copy of the place needs none.
    TypePart type() {
        if (peek() == Sentinel) next();
        while (peek() == Pinned) next();
        TypePart part;
        part.bytes = at;
        Reader ahead = *this;
        ahead.skipModifiers();
        uint8_t first = ahead.next();
        part.kind = kindOf(first, ahead.peek());
        skipType(0);
        part.length = static_cast<uint32_t>(at - part.bytes);
        return part;
    }
};

}

bool parseMethod(const uint8_t* bytes, uint32_t length, MethodSignature& signature) {
    Reader reader{bytes, bytes + length};
    uint8_t convention = reader.next();
    signature.hasThis = (convention & HasThis) && !(convention & ExplicitThis);
    if (convention & Generic) reader.compressed();
    signature.arguments = reader.compressed();
    if (reader.failed || signature.arguments > maxParts) return false;
    signature.result = reader.type();
    Reader result{signature.result.bytes, signature.result.bytes + signature.result.length};
    result.skipModifiers();
    signature.returnsNothing = result.peek() == Void;
    for (uint32_t i = 0; i < signature.arguments; i++) signature.argument[i] = reader.type();
    return !reader.failed;
}

bool parseLocals(const uint8_t* bytes, uint32_t length, LocalsSignature& signature) {
    Reader reader{bytes, bytes + length};
    if (reader.next() != Locals) return false;
    signature.count = reader.compressed();
    if (reader.failed || signature.count > maxParts) return false;
    signature.bytes = reader.at;
    for (uint32_t i = 0; i < signature.count; i++) signature.local[i] = reader.type();
    signature.length = static_cast<uint32_t>(reader.at - signature.bytes);
    return !reader.failed;
}

}
