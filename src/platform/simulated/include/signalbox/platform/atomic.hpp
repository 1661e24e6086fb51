// Atomic variables of the simulated platform: the members of std::atomic that the library uses, each one a
// step.
//
// Because      The object holds the newest value and nothing else, so that it has the size of the real one
//              and can be constant-initialised; older values that a weaker order may still read are kept by
//              the machine.
// Lifetime     The destructor tells the machine; whoever touches the object afterwards is reported.
// Checked by   tests/simulated/litmus_test.cpp, tests/simulated/lifetime_test.cpp
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <signalbox/simulated/access.hpp>

namespace signalbox::platform {

template <class T>
class atomic {
    static_assert(std::is_trivially_copyable_v<T> &&
                  (sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8));
    using order = std::memory_order;
    using change = simulated::change;

public:
    using value_type = T;

    constexpr atomic() noexcept : atomic{T{}} {}
    constexpr atomic(T value, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
        : value_{value}
    {
        if (!std::is_constant_evaluated()) {
            simulated::constructed(this, sizeof(T), {file, line});
        }
    }
    constexpr ~atomic()
    {
        if (!std::is_constant_evaluated()) {
            simulated::destroyed(this, sizeof(T));
        }
    }
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;

    [[nodiscard]] T load(order how, const char* file = __builtin_FILE(),
                         int line = __builtin_LINE()) const noexcept
    {
        return value_of(simulated::load(this, sizeof(T), how, {file, line}));
    }
    void store(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        simulated::store(this, sizeof(T), bits_of(value), how, {file, line});
    }
    T exchange(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return modify(change::exchange, value, how, {file, line});
    }
    T fetch_add(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return modify(change::add, value, how, {file, line});
    }
    T fetch_sub(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return modify(change::subtract, value, how, {file, line});
    }
    T fetch_or(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return modify(change::bit_or, value, how, {file, line});
    }
    T fetch_and(T value, order how, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return modify(change::bit_and, value, how, {file, line});
    }
    bool compare_exchange_weak(T& expected, T desired, order success, order failure,
                               const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return compare_exchange(expected, desired, {success, failure}, true, {file, line});
    }
    bool compare_exchange_strong(T& expected, T desired, order success, order failure,
                                 const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return compare_exchange(expected, desired, {success, failure}, false, {file, line});
    }

private:
    static std::uint64_t bits_of(T value) noexcept
    {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof value);
        return bits;
    }
    static T value_of(std::uint64_t bits) noexcept
    {
        T value{};
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }
    T modify(change what, T operand, order how, simulated::site at) noexcept
    {
        static_assert(std::is_integral_v<T> || std::is_pointer_v<T> || std::is_enum_v<T>);
        return value_of(simulated::modify(this, sizeof(T), what, bits_of(operand), how, at));
    }
    bool compare_exchange(T& expected, T desired, simulated::orders how, bool weak,
                          simulated::site at) noexcept
    {
        std::uint64_t bits = bits_of(expected);
        const bool done = simulated::compare_exchange(this, sizeof(T), bits, bits_of(desired), how, weak, at);
        expected = value_of(bits);
        return done;
    }

    alignas(sizeof(T)) T value_;
};

}  // namespace signalbox::platform
