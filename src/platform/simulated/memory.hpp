// The memory of the simulated machine: every atomic object's recent past, and who may still read which part
// of it.
//
// Invariant 1  The stores to one object stand in one order, the order in which they were executed; the newest
//              value also stands in the object itself.
// Invariant 2  A thread never reads a store older than one that it, or anybody whose steps happen before, has
//              read or written (the four coherence rules: read-read, read-write, write-read, write-write).
// Invariant 3  A read-modify-write reads the newest store. A seq_cst load reads no store older than the
//              newest one that any seq_cst operation has read or written: the order of execution is the total
//              order S.
// Because      Acquire and release are clocks: a release store keeps its writer's clock, an acquire load of
//              it joins that clock; a read-modify-write passes on the clock of the store that it replaced
//              (release sequence).
// Edges        What this leaves out, and what it adds, is on docs/simulation.md.
// Checked by   tests/simulated/litmus_test.cpp
// Source       C++20 [atomics.order], [intro.races]; Kang et al., "A Promising Semantics for Relaxed-Memory
//              Concurrency"; the tools CDSChecker, Relacy and loom
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "vector_clock.hpp"

namespace signalbox::simulated {

struct store_record {
    std::uint64_t value = 0;
    std::uint64_t version = 0;  // stands for this store and all that led to it (states.hpp)
    std::uint64_t release = 0;  // stands for `released`
    vector_clock released;      // what an acquire load of this store makes visible
    vector_clock seen;          // when each thread first read or wrote this store
};

struct location {
    static constexpr unsigned depth = 8;  // older stores than these are forgotten: nobody reads them any more

    const void* address = nullptr;
    unsigned size = 0;
    bool is_dead = false;
    unsigned born_by = 0;
    tick born_at = 0;            // its construction happens before whatever has seen this step of born_by
    vector_clock accessed;       // the last step of each thread on this object
    std::uint32_t newest = 0;    // number of the newest store, from 0
    std::uint32_t sc_floor = 0;  // oldest store that a seq_cst load may read
    std::uint64_t content =
        0;  // stands for the newest store, as far as it can be told from others (states.hpp)
    std::array<store_record, depth> past;

    [[nodiscard]] store_record& store(std::uint32_t number) noexcept { return past[number % depth]; }
    [[nodiscard]] store_record& last() noexcept { return store(newest); }
    /// The oldest store that a thread with this clock may read (by Invariant 2).
    [[nodiscard]] std::uint32_t oldest_readable(const vector_clock& view) noexcept;

    /// Makes room for a store after the newest, seen by nobody yet.
    store_record& append() noexcept;
};

[[nodiscard]] std::uint64_t read_bytes(const void* object, unsigned size) noexcept;
void write_bytes(void* object, unsigned size, std::uint64_t value) noexcept;

class memory {
public:
    memory();

    /// The object at `address`; as if constructed before all threads if it is not known yet.
    [[nodiscard]] location& at(const void* address, unsigned size);

    /// A new object at `address`, whatever was there before.
    location& construct(const void* address, unsigned size);

    /// Null if nothing is known at `address`.
    [[nodiscard]] location* find(const void* address) noexcept;

    /// From now on a seq_cst load reads no store older than those that are the newest. Returns what stands
    /// for these.
    std::uint64_t settle() noexcept;

    /// Forgets all objects, and gives those that outlive an execution the value that they had before it.
    void restart() noexcept;

    /// Keeps the value of an object that was there before the execution, for restart().
    void keep_initial_value(void* object, unsigned size);
    /// An object outside executions was constructed or destroyed: its kept value is void.
    void forget_initial_value(const void* object) noexcept;

private:
    struct slot {
        const void* address = nullptr;
        std::uint32_t era = 0;
        std::uint32_t index = 0;
    };
    struct initial_value {
        unsigned size = 0;
        std::uint64_t value = 0;
    };

    [[nodiscard]] slot& slot_of(const void* address) noexcept;
    location& add(slot& where, const void* address, unsigned size);

    static constexpr unsigned slot_bits = 14;
    std::vector<slot> slots_;
    std::vector<location> locations_;
    std::uint32_t used_ = 0;
    std::uint32_t era_ = 1;
    std::unordered_map<void*, initial_value> initial_values_;
};

}  // namespace signalbox::simulated
