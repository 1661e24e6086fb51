// The waits that have lasted long: chains by thread, under one lock.
#include "core/wait_graph.hpp"

#include <array>

#include <signalbox/platform/fork.hpp>

#include "core/bucket_lock.hpp"
#include "core/ownership.hpp"

namespace signalbox::detail::wait_graph {
namespace {

constexpr std::size_t chain_count = 256;

struct graph {
    bucket_lock lock;
    std::size_t size = 0;
    std::array<long_wait*, chain_count> chains{};
};

constinit graph waits;

long_wait*& chain_of(std::uint32_t thread) noexcept
{
    return waits.chains[thread % chain_count];
}

// The innermost wait of a thread: a handler that was called during one may wait itself.
long_wait* wait_of(std::uint32_t thread) noexcept
{
    long_wait* found = chain_of(thread);
    while (found != nullptr && found->who.thread != thread) {
        found = found->next;
    }
    return found;
}

void enter(long_wait& mine) noexcept
{
    if (!mine.is_entered) {
        long_wait*& head = chain_of(mine.who.thread);
        mine.next = head;
        head = &mine;
        mine.is_entered = true;
        ++waits.size;
    }
}

void take_out(long_wait& mine) noexcept
{
    long_wait** link = &chain_of(mine.who.thread);
    while (*link != &mine) {
        link = &(*link)->next;
    }
    *link = mine.next;
    mine.is_entered = false;
    --waits.size;
}

// The wait of the thread that owns what `one` waits for; null if that is not known to wait.
long_wait* next_of(const long_wait& one) noexcept
{
    const std::uint32_t owner = owner_of(one.who.cell, one.who.kind);
    if (owner == 0 || owner == one.who.thread) {
        return nullptr;
    }
    long_wait* const next = wait_of(owner);
    return next == nullptr || next->is_reported ? nullptr : next;
}

// The length of the cycle through `mine`, 0 if there is none; its steps, as far as there is room for them.
std::size_t follow(const long_wait& mine, std::span<cycle_step> found) noexcept
{
    const long_wait* at = &mine;
    for (std::size_t length = 0; length < waits.size;) {
        if (length < found.size()) {
            found[length] = {at->who.thread, at->who.cell, at->who.kind, at->who.since};
        }
        ++length;
        at = next_of(*at);
        if (at == nullptr) {
            return 0;
        }
        if (at == &mine) {
            return length;
        }
    }
    return 0;
}

}  // namespace

std::size_t search(long_wait& mine, std::span<cycle_step> found) noexcept
{
    waits.lock.lock();
    enter(mine);
    const std::size_t length = mine.is_reported ? 0 : follow(mine, found);
    if (length > 0 && length <= found.size()) {
        take_out(mine);
    }
    waits.lock.unlock();
    return length;
}

void leave(long_wait& mine) noexcept
{
    waits.lock.lock();
    if (mine.is_entered) {
        take_out(mine);
    }
    waits.lock.unlock();
}

void forget() noexcept
{
    waits.chains = {};
    waits.size = 0;
}

void protect_around_fork() noexcept
{
    platform::at_fork([] { waits.lock.lock(); }, [] { waits.lock.unlock(); },
                      [] {
                          forget();
                          waits.lock.reset();
                      });
}

}  // namespace signalbox::detail::wait_graph
