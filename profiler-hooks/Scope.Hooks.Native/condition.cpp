// See condition.h.
#include "condition.h"

namespace scope {

namespace {

enum class Sort : uint8_t { Nothing, Signed, Unsigned, Floating };

struct Value {
    Sort sort;
    union {
        int64_t number;
        double floating;
    };
};

Value flag(bool value) { return {Sort::Signed, {value}}; }
bool isTrue(const Value& value) { return value.sort == Sort::Floating ? value.floating != 0 : value.sort != Sort::Nothing && value.number != 0; }

double widened(const Value& value) {
    if (value.sort == Sort::Floating) return value.floating;
    return value.sort == Sort::Unsigned ? static_cast<double>(static_cast<uint64_t>(value.number)) : static_cast<double>(value.number);
}

struct Order {
    bool less, equal;
};

// A number without sign that is too big for one with it is greater than all of those.
Order order(const Value& left, const Value& right) {
    if (left.sort == Sort::Floating || right.sort == Sort::Floating) return {widened(left) < widened(right), widened(left) == widened(right)};
    bool bigLeft = left.sort == Sort::Unsigned && left.number < 0, bigRight = right.sort == Sort::Unsigned && right.number < 0;
    if (bigLeft != bigRight) return {bigRight, false};
    return {left.number < right.number, left.number == right.number};
}

bool compare(uint8_t operation, const Value& left, const Value& right) {
    if (left.sort == Sort::Nothing || right.sort == Sort::Nothing) return false;
    Order is = order(left, right);
    bool unordered = left.sort == Sort::Floating && left.floating != left.floating;
    unordered = unordered || (right.sort == Sort::Floating && right.floating != right.floating);
    switch (operation) {
        case OpEqual: return is.equal;
        case OpNotEqual: return !is.equal;
        case OpLess: return is.less;
        case OpLessOrEqual: return is.less || is.equal;
        case OpGreater: return !unordered && !is.less && !is.equal;
        default: return !unordered && !is.less;
    }
}

Value numberOf(const Seen& seen) {
    switch (seen.kind) {
        case ValueInt: return {Sort::Signed, {static_cast<int64_t>(seen.number[0])}};
        case ValueUInt:
        case ValueType: return {Sort::Unsigned, {static_cast<int64_t>(seen.number[0])}};
        case ValueBool:
        case ValueChar:
        case ValueLength: return {Sort::Signed, {static_cast<int64_t>(seen.number[0] & 0xFFFFFFFF)}};
        case ValueDouble: {
            Value value{Sort::Floating, {0}};
            memcpy(&value.floating, &seen.number[0], sizeof(double));
            return value;
        }
        default: return {Sort::Nothing, {0}};
    }
}

bool sameChars(const char16_t* left, const char16_t* right, uint32_t count, Spending& spending) {
    if ((spending.chars -= static_cast<int32_t>(count)) < 0) return false;
    return memcmp(left, right, count * sizeof(char16_t)) == 0;
}

bool contains(const Seen& seen, const char16_t* text, uint32_t chars, Spending& spending) {
    uint32_t searched = seen.readable < MaxSearchedChars ? seen.readable : MaxSearchedChars;
    for (uint32_t at = 0; at + chars <= searched; at++) {
        if (chars == 0 || (seen.chars[at] == text[0] && sameChars(seen.chars + at, text, chars, spending))) return true;
        if (--spending.chars < 0) return false;
    }
    return false;
}

bool matches(const ConditionStep& step, const Seen& seen, const char16_t* text, Spending& spending) {
    if (seen.kind != ValueText || step.chars > seen.readable) return false;
    switch (step.operation) {
        case OpTextEquals: return seen.length == step.chars && sameChars(seen.chars, text, step.chars, spending);
        case OpTextStartsWith: return sameChars(seen.chars, text, step.chars, spending);
        case OpTextEndsWith: return seen.readable == seen.length && sameChars(seen.chars + seen.length - step.chars, text, step.chars, spending);
        default: return contains(seen, text, step.chars, spending);
    }
}

struct Machine {
    const Plan& plan;
    const Moment& moment;
    Spending& spending;
    Value stack[MaxConditionDepth];
    uint32_t depth = 0;

    // What the capture sees now; a capture that is not taken at this moment sees nothing.
    void see(uint16_t index, Seen& seen) {
        const PlannedCapture& capture = plan.captures[index];
        uint8_t root = capture.root[moment.site];
        seen.kind = 0;
        if (root != noRoot) look(plan, capture, plan.roots[moment.site][root], moment.places[root], spending, seen);
    }

    Value evaluate(const ConditionStep& step) {
        switch (step.operation) {
            case OpInteger: return {Sort::Signed, {step.constant}};
            case OpDouble: {
                Value value{Sort::Floating, {0}};
                memcpy(&value.floating, &step.constant, sizeof(double));
                return value;
            }
            case OpElapsedNanos: return {Sort::Unsigned, {static_cast<int64_t>(moment.elapsedNanos)}};
        }
        Seen seen;
        see(step.capture, seen);
        switch (step.operation) {
            case OpCapture: return numberOf(seen);
            case OpIsNull: return flag(seen.kind == ValueNull);
            case OpTypeIs: return flag(seen.kind == ValueType && seen.number[0] == static_cast<uint64_t>(step.constant));
            default: return flag(matches(step, seen, plan.text + step.constant, spending));
        }
    }

    void run(const ConditionStep& step) {
        if (step.operation == OpNot) {
            stack[depth - 1] = flag(!isTrue(stack[depth - 1]));
        } else if (step.operation >= OpEqual && step.operation <= OpOr) {
            Value right = stack[--depth], left = stack[depth - 1];
            stack[depth - 1] = flag(step.operation == OpAnd ? isTrue(left) && isTrue(right) : step.operation == OpOr ? isTrue(left) || isTrue(right) : compare(step.operation, left, right));
        } else {
            stack[depth++] = evaluate(step);
        }
    }
};

}

bool holds(const Plan& plan, const ConditionStep* steps, uint32_t count, const Moment& moment, Spending& spending) {
    Machine machine{plan, moment, spending, {}};
    for (uint32_t i = 0; i < count; i++) machine.run(steps[i]);
    return isTrue(machine.stack[0]);
}

}
