// Data of a test's threads: shared_data must be ordered by what is under test, journal and ghost are the
// test's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <signalbox/simulated/access.hpp>

namespace signalbox::simulated {

/// A plain access of the running thread, for race detection. No step.
void plain_access(const void* address, std::size_t size, bool is_write, site at) noexcept;

/// While one lives, the running thread uses state of the test. Accesses with the same `version` stand in the
/// order of execution; that is no order between threads that a lock could rely on, and no step.
class ghost_access {
public:
    explicit ghost_access(std::uint64_t& version) noexcept;
    ~ghost_access();
    ghost_access(const ghost_access&) = delete;
    ghost_access& operator=(const ghost_access&) = delete;
};

/// What a critical section protects: two accesses, one of them a write, that no lock orders are reported as a
/// race.
template <class T>
class shared_data {
public:
    explicit shared_data(T value = T{}) : value_{std::move(value)} {}

    [[nodiscard]] const T& read(const char* file = __builtin_FILE(), int line = __builtin_LINE()) const
    {
        plain_access(this, sizeof(std::uint32_t), false, {file, line});
        return value_;
    }
    void write(T value, const char* file = __builtin_FILE(), int line = __builtin_LINE())
    {
        plain_access(this, sizeof(std::uint32_t), true, {file, line});
        value_ = std::move(value);
    }

private:
    alignas(std::uint64_t) T value_;
};

/// State of the test itself that depends on the order in which threads reach a point, whatever orders them.
template <class T>
class ghost {
public:
    explicit ghost(T value = T{}) : value_{std::move(value)} {}

    /// Calls `change` with the value, in the order of execution. No step.
    template <class Change>
    decltype(auto) update(Change change)
    {
        const ghost_access in_order{version_};
        return change(value_);
    }
    /// For invariants and final checks.
    [[nodiscard]] const T& value() const noexcept { return value_; }

private:
    T value_;
    std::uint64_t version_ = 0;
};

/// A count kept by the test, the same in whatever order its threads add to it. For invariants, final checks
/// and require(); a thread must not choose by it. No step.
class tally {
public:
    void add(int change) noexcept;
    [[nodiscard]] int value() const noexcept;

private:
    int value_ = 0;
};

/// What happened, in the order of execution.
class journal {
public:
    void add(int what)
    {
        entries_.update([what](std::vector<int>& entries) { entries.push_back(what); });
    }
    [[nodiscard]] const std::vector<int>& entries() const noexcept { return entries_.value(); }

private:
    ghost<std::vector<int>> entries_;
};

}  // namespace signalbox::simulated
