// The waits that have lasted long: chains by thread, under one lock.
#include "core/wait_graph.hpp"

#include <array>
#include <bit>

#include <signalbox/platform/fork.hpp>

#include "core/bucket_lock.hpp"
#include "core/holders.hpp"

namespace signalbox::detail::wait_graph {
namespace {

constexpr std::size_t chain_count = 256;

// Order        Its lock, then that of a bucket, then that of a list of notes.
struct graph {
    bucket_lock lock;
    std::array<long_wait*, chain_count> chains{};
    platform::atomic<std::size_t> size{0};
    // A bit for each bucket into which a notify has ever moved a waiter.
    std::array<platform::atomic<std::uint64_t>, bucket_count / 64> moved_to{};
};

constinit graph waits;

long_wait*& chain_of(std::uint32_t thread) noexcept
{
    return waits.chains[thread % chain_count];
}

void enter(long_wait& mine) noexcept
{
    if (!mine.is_entered) {
        long_wait*& head = chain_of(mine.who.thread);
        mine.next = head;
        head = &mine;
        mine.is_entered = true;
        waits.size.fetch_add(1, std::memory_order_seq_cst);
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
    waits.size.fetch_sub(1, std::memory_order_relaxed);  // relaxed: who still counts it wakes in vain
}

// While a record stands in a queue its call has not returned.
void adopt_from(bucket& place) noexcept
{
    place.lock.lock();
    for (const waiter* head = place.queues(); head != nullptr; head = head->next_queue) {
        for (const waiter* at = head; at != nullptr; at = at->next) {
            if (at->is_moved) {
                enter(*at->watched);
                at->watched->is_adopted = true;
            }
        }
    }
    place.lock.unlock();
}

// Enters everybody who was moved and waits.
void adopt_moved() noexcept
{
    for (std::size_t word = 0; word < waits.moved_to.size(); ++word) {
        std::uint64_t bits = waits.moved_to[word].load(std::memory_order_seq_cst);
        for (; bits != 0; bits &= bits - 1) {
            adopt_from(bucket_at(word * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
        }
    }
}

// Wakes a wait of the cycle that may be told, to search again.
void ask_another(std::span<const cycle_step> found, wake_list& wakes) noexcept
{
    for (const cycle_step& one : found) {
        long_wait* const other = wait_of(one.thread);
        if (other == nullptr || other->who.is_moved) {
            continue;
        }
        bucket& place = bucket_for(other->who.cell);
        place.lock.lock();
        other->is_asked = true;
        if (!other->who.is_granted()) {
            call(other->who, wakes);
        }
        place.lock.unlock();
        return;
    }
}

finding find(long_wait& mine, std::span<cycle_step> found) noexcept
{
    constexpr certainty all[] = {certainty::certain, certainty::suspected};
    for (const certainty how : all) {
        if (mine.told >= how || (how == certainty::suspected && !are_holders_known())) {
            continue;
        }
        const std::size_t length = find_cycle(mine, how, found);
        if (length > 0) {
            return {length, how};
        }
    }
    return {};
}

}  // namespace

finding search(long_wait& mine, std::span<cycle_step> found) noexcept
{
    wake_list wakes;
    waits.lock.lock();
    enter(mine);
    adopt_moved();
    finding result = find(mine, found);
    if (result.length > 0 && result.length <= found.size()) {
        if (mine.who.is_moved) {
            ask_another(found.first(result.length), wakes);
            result = {};
        } else {
            take_out(mine);
        }
    }
    waits.lock.unlock();
    wakes.wake();
    return result;
}

void leave(long_wait& mine) noexcept
{
    waits.lock.lock();
    if (mine.is_entered) {
        take_out(mine);
    }
    waits.lock.unlock();
}

// Who enters counts itself before it asks whether anybody was moved, and whoever moves says so before it asks
// whether anybody counts: one of them sees the other, for these are sequentially consistent.
bool note_move(const void* mutex) noexcept
{
    const std::size_t index = bucket_index(mutex);
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    if ((waits.moved_to[index / 64].load(std::memory_order_seq_cst) & bit) == 0) {
        waits.moved_to[index / 64].fetch_or(bit, std::memory_order_seq_cst);
    }
    return waits.size.load(std::memory_order_seq_cst) > 0;
}

long_wait* wait_of(std::uint32_t thread) noexcept
{
    long_wait* found = chain_of(thread);
    while (found != nullptr && found->who.thread != thread) {
        found = found->next;
    }
    return found;
}

void forget() noexcept
{
    waits.chains = {};
    waits.size.store(0, std::memory_order_relaxed);  // relaxed: no other thread is there
    for (auto& each : waits.moved_to) {
        each.store(0, std::memory_order_relaxed);  // relaxed: as above
    }
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
