// Notes about holders in lists by a hash of the object's address, a lock for each list.
#include "core/holders.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <system_error>
#include <type_traits>

#include <signalbox/inspect.hpp>  // track(), is_tracking()
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/fork.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/bucket_lock.hpp"
#include "core/thread_registry.hpp"

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

// The program's operator new may lock one of our mutexes in turn: that one is not noted. It is called as a
// function, for a new-expression may be taken to look at nothing, and so not at `is_noting`.
holder* make_holder(const holder& like) noexcept
{
    thread_context& me = platform::this_thread();
    me.is_noting = true;
    void* const place = ::operator new(sizeof(holder), std::nothrow);
    me.is_noting = false;
    return place == nullptr ? nullptr : std::construct_at(static_cast<holder*>(place), like);
}

void delete_holder(holder* gone) noexcept
{
    thread_context& me = platform::this_thread();
    me.is_noting = true;
    ::operator delete(gone);
    me.is_noting = false;
}

// Who takes permits without waiting may have got none so far.
bool has_identity(thread_context& me) noexcept
{
    try {
        return identity_of(me) != 0;
    } catch (const std::system_error&) {
        return false;  // no identity for one thread more
    }
}

// Null if nothing is to be noted.
holder* note(const void* object, std::int64_t count, const call_site& at, bool is_owner) noexcept
{
    thread_context& me = platform::this_thread();
    if (!is_tracking() || me.is_noting || !has_identity(me)) {
        return nullptr;
    }
    const call_site& where = me.site == nullptr ? at : *me.site;  // by Invariant 1 of call_site.hpp
    holder* const made = make_holder({object, me.id, count, platform::now(), where, is_owner});
    if (made != nullptr) {
        shard& place = shard_for(object);
        place.lock.lock();
        link(place, *made);
        place.lock.unlock();
    }
    return made;
}

void forget(holder* gone) noexcept
{
    shard& place = shard_for(gone->object);
    place.lock.lock();
    unlink(place, *gone);
    place.lock.unlock();
    delete_holder(gone);
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

// What the parent's other threads hold stays held in the child, so their notes stay too.
[[gnu::constructor(101)]] void protect_holders_around_fork() noexcept
{
    platform::at_fork(lock_all, unlock_all, [] {
        for (auto& each : shards) {
            each.lock.reset();
        }
    });
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

void note_owner(const void* object, const call_site& where) noexcept
{
    forget_owner(object);  // a note that was left behind (Invariant 2)
    note(object, 1, where, true);
}

void forget_owner(const void* object) noexcept
{
    const thread_context& me = platform::this_thread();
    if (!is_tracking() || me.is_noting) {
        return;
    }
    holder* const gone = take(shard_for(object), [&](const holder& each) {
        return each.object == object && each.thread == me.id && each.is_owner;
    });
    if (gone != nullptr) {
        delete_holder(gone);
    }
}

noted_holding::noted_holding(const void* object, std::ptrdiff_t n, const noted_site& at) noexcept
    : holder_{n == 0 ? nullptr : note(object, n, at.get(), false)}
{
}

void noted_holding::hold(std::ptrdiff_t n) noexcept
{
    if (holder_ == nullptr) {
        return;
    }
    if (n == 0) {
        forget(holder_);
        holder_ = nullptr;
        return;
    }
    shard& place = shard_for(holder_->object);
    place.lock.lock();
    holder_->count = n;
    place.lock.unlock();
}

noted_holding noted_holding::again(std::ptrdiff_t n) const noexcept
{
    noted_holding second;
    if (holder_ == nullptr || n == 0) {
        return second;
    }
    holder* const made = make_holder(*holder_);
    if (made != nullptr) {
        made->count = n;
        made->previous = nullptr;
        shard& place = shard_for(made->object);
        place.lock.lock();
        link(place, *made);
        place.lock.unlock();
    }
    second.holder_ = made;
    return second;
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

}  // namespace signalbox::detail

namespace signalbox {

void track(bool on) noexcept
{
    using namespace detail;
    is_on.store(on, std::memory_order_relaxed);  // relaxed: a note more or less
    for (auto& each : shards) {
        while (holder* gone = on ? nullptr : take(each, [](const holder& one) { return one.is_owner; })) {
            delete_holder(gone);
        }
    }
}

bool is_tracking() noexcept
{
    return detail::is_on.load(std::memory_order_relaxed);  // relaxed: a note more or less
}

}  // namespace signalbox
