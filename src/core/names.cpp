// Names in lists by a hash of what they name, a lock for each list. Nothing is allocated under a lock.
#include "core/names.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include <signalbox/detail/thread_context.hpp>
#include <signalbox/platform/fork.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/platform/thread_name.hpp>

#include "core/bucket_lock.hpp"
#include "core/debug_layout.hpp"
#include "core/thread_registry.hpp"

namespace signalbox::detail {
namespace {

// What has a name: an object by its address, a thread by its identity.
struct bearer {
    std::uintptr_t value;
    bool is_thread;

    friend bool operator==(const bearer&, const bearer&) noexcept = default;
};

struct entry {
    bearer of;
    std::size_t size;
    std::string name;
    const char* text = nullptr;  // of the name, for debuggers
    entry* next = nullptr;
};

struct alignas(64) shard {
    bucket_lock lock;
    entry* first = nullptr;
};

constexpr std::size_t shard_count = 64;
constexpr unsigned shard_index_bits = 6;
static_assert(std::size_t{1} << shard_index_bits == shard_count);

constinit shard shards[shard_count];

shard& shard_for(const bearer& of) noexcept
{
    return shards[(std::uint64_t{of.value} * 0x9E37'79B9'7F4A'7C15U) >> (64 - shard_index_bits)];
}

entry** find(shard& place, const bearer& of) noexcept
{
    entry** link = &place.first;
    while (*link != nullptr && (*link)->of != of) {
        link = &(*link)->next;
    }
    return link;
}

// Puts `added` (or nothing) in the place of what `of` is called. Returns what was there, for the caller to
// delete.
std::unique_ptr<entry> exchange(const bearer& of, std::unique_ptr<entry> added) noexcept
{
    shard& place = shard_for(of);
    place.lock.lock();
    entry** const link = find(place, of);
    std::unique_ptr<entry> old{*link};
    entry* const rest = old == nullptr ? nullptr : old->next;
    if (added != nullptr) {
        added->next = rest;
        *link = added.release();
    } else {
        *link = rest;
    }
    place.lock.unlock();
    return old;
}

// A copy of the name of the first entry of `place` that fits. The copy is made without the lock: once more,
// if the name has grown.
template <class Fits>
bool copy_name(shard& place, const Fits& fits, std::string& into)
{
    for (std::size_t needed = 64;;) {
        into.resize(needed);
        place.lock.lock();
        const entry* found = place.first;
        while (found != nullptr && !fits(*found)) {
            found = found->next;
        }
        needed = found == nullptr ? 0 : found->name.size();
        const bool is_room = needed <= into.size();
        if (found != nullptr && is_room) {
            std::memcpy(into.data(), found->name.data(), needed);
        }
        place.lock.unlock();
        if (is_room) {
            into.resize(needed);
            return found != nullptr;
        }
    }
}

bool copy_name(const bearer& of, std::string& into)
{
    return copy_name(
        shard_for(of), [&](const entry& each) { return each.of == of; }, into);
}

bearer object_at(const void* object) noexcept
{
    return {reinterpret_cast<std::uintptr_t>(object), false};
}

void rename(const bearer& of, std::string_view name, std::size_t size)
{
    std::unique_ptr<entry> added;
    if (!name.empty()) {
        added = std::make_unique<entry>(entry{of, size, std::string{name}});
        added->text = added->name.c_str();
    }
    exchange(of, std::move(added));
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the table owns it

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

// The names of the parent's other threads stay: they say who owned what stays locked in the child.
[[gnu::constructor(101)]] void protect_names_around_fork() noexcept
{
    platform::at_fork(lock_all, unlock_all, [] {
        for (auto& each : shards) {
            each.lock.reset();
        }
    });
}

}  // namespace

void set_name(const void* object, std::string_view name, std::size_t size)
{
    rename(object_at(object), name, size);
}

void forget_name(const void* object) noexcept
{
    exchange(object_at(object), nullptr);
}

[[gnu::used]] constinit const debug_names names_for_debuggers{
    .list_count = shard_count,
    .list_size = sizeof(shard),
    .bearer = offsetof(entry, of) + offsetof(bearer, value),
    .is_thread = offsetof(entry, of) + offsetof(bearer, is_thread),
    .size = offsetof(entry, size),
    .text = offsetof(entry, text),
    .next = offsetof(entry, next),
    .lists = &shards[0].first};

std::string name_of(const void* object)
{
    const bearer of = object_at(object);
    std::string name;
    if (copy_name(of, name)) {
        return name;
    }
    for (auto& each : shards) {
        const auto encloses = [&](const entry& one) {
            return !one.of.is_thread && of.value - one.of.value < one.size;
        };
        if (copy_name(each, encloses, name)) {
            return name;
        }
    }
    return {};
}

void set_thread_name(thread_context& me, std::string_view name)
{
    rename({identity_of(me), true}, name, 0);
    me.is_named = !name.empty();
    platform::name_this_thread(name);
}

void forget_thread_name(std::uint32_t id) noexcept
{
    exchange({id, true}, nullptr);
}

std::string thread_name(std::uint32_t id)
{
    std::string name;
    return copy_name({id, true}, name) ? name : std::string{platform::name_of_thread(id).text};
}

}  // namespace signalbox::detail

namespace signalbox {

void set_thread_name(std::string_view name)
{
    detail::set_thread_name(platform::this_thread(), name);
}

std::string thread_name(thread_id thread)
{
    return detail::thread_name(thread.value());
}

}  // namespace signalbox
