// Notes about holders in lists by a hash of the object's address, a lock for each list.
#include "core/holders.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

#include <signalbox/inspect.hpp>  // track(), is_tracking()
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/fork.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/bucket_lock.hpp"

namespace signalbox::detail {
namespace {

static_assert(std::is_trivially_destructible_v<holder>);

struct alignas(64) shard {
    bucket_lock lock;
    holder* first = nullptr;
};

constexpr std::size_t shard_count = 64;
constexpr unsigned shard_index_bits = 6;
static_assert(std::size_t{1} << shard_index_bits == shard_count);

constinit shard shards[shard_count];
constinit platform::atomic<bool> is_on{true};
constinit platform::atomic<bool> is_known{false};

shard& shard_for(const void* object) noexcept
{
    const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(object));
    return shards[(address * 0x9E37'79B9'7F4A'7C15U) >> (64 - shard_index_bits)];
}

void link(shard& place, holder& added) noexcept
{
    added.next = place.first;
    if (place.first != nullptr) {
        place.first->previous = &added;
    }
    place.first = &added;
}

void unlink(shard& place, holder& gone) noexcept
{
    (gone.previous == nullptr ? place.first : gone.previous->next) = gone.next;
    if (gone.next != nullptr) {
        gone.next->previous = gone.previous;
    }
}

// Takes the first holder that fits out of `place`; null if there is none.
template <class Fits>
holder* take(shard& place, const Fits& fits) noexcept
{
    place.lock.lock();
    holder* found = place.first;
    while (found != nullptr && !fits(*found)) {
        found = found->next;
    }
    if (found != nullptr) {
        unlink(place, *found);
    }
    place.lock.unlock();
    return found;
}

void lock_all() noexcept
{
    for (auto& each : shards) {
        each.lock.lock();
    }
}

void unlock_all() noexcept
{
    for (auto& each : shards) {
        each.lock.unlock();
    }
}

// Appends what fits, as far as there is room. Returns how many fit.
template <class Fits>
std::size_t copy_holders(shard& place, const Fits& fits, unsigned attempts, std::vector<holder>& into)
{
    const bool is_locked = attempts == 0 ? (place.lock.lock(), true) : place.lock.try_lock(attempts);
    std::size_t count = 0;
    for (const holder* each = place.first; each != nullptr; each = each->next) {
        if (fits(*each)) {
            ++count;
            if (into.size() < into.capacity()) {
                into.push_back(*each);
            }
        }
    }
    if (is_locked) {
        place.lock.unlock();
    }
    return count;
}

}  // namespace

void delete_holder(holder* gone) noexcept
{
    thread_context& me = platform::this_thread();
    me.is_noting = true;
    ::operator delete(gone);
    me.is_noting = false;
}

bool add_holder(holder& made) noexcept
{
    is_known.store(true, std::memory_order_relaxed);  // relaxed: who waits before may not know it yet
    shard& place = shard_for(made.object);
    place.lock.lock();
    // Who has switched it off takes away, under this lock, what was noted before.
    const bool is_to_be = is_tracking() || made.kind == holding_kind::permits;
    if (is_to_be) {
        link(place, made);
    }
    place.lock.unlock();
    return is_to_be;
}

holder* take_holder(const void* object, std::uint32_t thread, holding_kind kind) noexcept
{
    return take(shard_for(object), [&](const holder& each) {
        return each.object == object && each.thread == thread && each.kind == kind;
    });
}

void take_holder(holder& gone) noexcept
{
    shard& place = shard_for(gone.object);
    place.lock.lock();
    unlink(place, gone);
    place.lock.unlock();
}

void change_holder(holder& changed, std::int64_t count) noexcept
{
    shard& place = shard_for(changed.object);
    place.lock.lock();
    changed.count = count;
    place.lock.unlock();
}

std::vector<holder> holders_of(const void* object, std::size_t size, unsigned attempts)
{
    const auto begin = reinterpret_cast<std::uintptr_t>(object);
    const auto fits = [&](const holder& each) {
        return reinterpret_cast<std::uintptr_t>(each.object) - begin < size;
    };
    std::vector<holder> found;
    for (std::size_t room = 8;; room *= 2) {
        found.clear();
        found.reserve(room);
        std::size_t count = 0;
        if (size == 1) {
            count = copy_holders(shard_for(object), fits, attempts, found);
        } else {
            for (auto& each : shards) {
                count += copy_holders(each, fits, attempts, found);
            }
        }
        if (count == found.size()) {
            break;
        }
    }
    std::sort(found.begin(), found.end(), [](const holder& a, const holder& b) { return a.since < b.since; });
    return found;
}

void each_holder(const void* object, void* context, void (*visit)(void* context, const holder&)) noexcept
{
    shard& place = shard_for(object);
    place.lock.lock();
    for (const holder* each = place.first; each != nullptr; each = each->next) {
        if (each->object == object) {
            visit(context, *each);
        }
    }
    place.lock.unlock();
}

bool are_holders_known() noexcept
{
    return is_known.load(std::memory_order_relaxed);  // relaxed: as where it is written
}

// What the parent's other threads hold stays held in the child, so their notes stay too.
void protect_holders_around_fork() noexcept
{
    platform::at_fork(lock_all, unlock_all, [] {
        for (auto& each : shards) {
            each.lock.reset();
        }
    });
}

}  // namespace signalbox::detail

namespace signalbox {

void track(bool on) noexcept
{
    using namespace detail;
    constexpr auto is_of_a_mutex = [](const holder& one) { return one.kind != holding_kind::permits; };
    is_on.store(on, std::memory_order_relaxed);  // relaxed: a note more or less
    for (auto& each : shards) {
        while (holder* gone = on ? nullptr : take(each, is_of_a_mutex)) {
            delete_holder(gone);
        }
    }
}

bool is_tracking() noexcept
{
    return detail::is_on.load(std::memory_order_relaxed);  // relaxed: a note more or less
}

}  // namespace signalbox
