// One of the objects that acquire_all() acquires, and how it is taken and given back.
//
// Checked by   tests/patterns/acquire_all_test.cpp
#pragma once

#include <cstddef>
#include <mutex>
#include <utility>

#include <signalbox/concepts.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/permit.hpp>

namespace signalbox {

/// n permits of a semaphore, as an argument for acquire_all(): `acquire_all(several(db, 3), files)`.
template <limit_semaphore Semaphore>
struct several {
    Semaphore* semaphore;
    std::ptrdiff_t count;

    several(Semaphore& from, std::ptrdiff_t n) noexcept : semaphore{&from}, count{n} {}
};

namespace detail {

/// One permit, or n, of a semaphore.
template <class Semaphore>
struct held_one {
    several<Semaphore> of;
    permit<Semaphore> held{};

    outcome take(const limit& within)
    {
        permit<Semaphore> taken{*of.semaphore, of.count, within};
        const outcome how = taken.outcome();
        held = std::move(taken);
        return how;
    }
    void give_back() { held.release(); }
};

/// The ownership of a mutex.
template <limit_lockable Mutex>
struct held_one<Mutex> {
    Mutex* of;
    std::unique_lock<Mutex> held{};

    outcome take(const limit& within)
    {
        const outcome how = of->lock(within);
        if (is_acquired(how)) {
            held = std::unique_lock<Mutex>{*of, std::adopt_lock};
        }
        return how;
    }
    void give_back()
    {
        if (held.owns_lock()) {
            held.unlock();
        }
    }
};

template <limit_semaphore Semaphore>
held_one<Semaphore> held_of(Semaphore& from) noexcept
{
    return {several<Semaphore>{from, 1}};
}
template <limit_semaphore Semaphore>
held_one<Semaphore> held_of(const several<Semaphore>& from) noexcept
{
    return {from};
}
template <limit_lockable Mutex>
held_one<Mutex> held_of(Mutex& from) noexcept
{
    return {&from};
}

}  // namespace detail

}  // namespace signalbox
