// One bit for each identity that is in use, searched onwards from the one that was given out last.
#include "core/thread_registry.hpp"

#include <bit>
#include <system_error>

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/this_thread.hpp>
#include <signalbox/platform/thread_name.hpp>

#include "core/holders.hpp"
#include "core/names.hpp"
#include "core/parking_table.hpp"
#include "core/time_slice.hpp"
#include "core/wait_graph.hpp"

namespace signalbox::detail {
namespace {

constexpr std::uint32_t words = (owner_word::owner + 1) / 64;

struct registry {
    platform::atomic<std::uint32_t> last{0};
    platform::atomic<std::uint64_t> used[words]{};
};

constinit registry threads;

// When the library is loaded, not when a thread first waits: a fork in the middle of that would leave the
// child with an initialisation that nobody ends. The first handler to be registered is also the last to run
// before a fork, so that other handlers may still wait. What is locked inside is registered before what is
// locked around it.
[[gnu::constructor(101)]] void protect_this_process() noexcept
{
    protect_holders_around_fork();
    protect_table_around_fork();
    wait_graph::protect_around_fork();
}

// Takes a free bit of word `index` at or above `from`. Returns whether there was one, and which in `bit`.
bool take_bit(std::uint32_t index, unsigned from, unsigned& bit) noexcept
{
    auto& word = threads.used[index];
    const std::uint64_t below = (std::uint64_t{1} << from) - 1;
    // relaxed: an identity guards nothing but its own uniqueness, which the read-modify-write gives
    std::uint64_t seen = word.load(std::memory_order_relaxed) | below;
    while (seen != ~std::uint64_t{0}) {
        bit = static_cast<unsigned>(std::countr_one(seen));
        const std::uint64_t mask = std::uint64_t{1} << bit;
        // relaxed: as above
        const std::uint64_t before = word.fetch_or(mask, std::memory_order_relaxed);
        if ((before & mask) == 0) {
            return true;
        }
        seen = before | below;
    }
    return false;
}

std::uint32_t take_identity()
{
    // relaxed: where the search begins is a hint
    const std::uint32_t start = (threads.last.load(std::memory_order_relaxed) + 1) & owner_word::owner;
    for (std::uint32_t step = 0; step <= words; ++step) {
        const std::uint32_t index = (start / 64 + step) % words;
        unsigned from = step == 0 ? start % 64 : 0;
        from = index == 0 ? (from == 0 ? 1 : from) : from;  // 0 means nobody
        unsigned bit = 0;
        if (take_bit(index, from, bit)) {
            const std::uint32_t id = index * 64 + bit;
            threads.last.store(id, std::memory_order_relaxed);  // relaxed: a hint
            return id;
        }
    }
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                            "signalbox: 4194303 threads are alive, so there is no identity for one more");
}

}  // namespace

std::uint32_t identity_of(thread_context& context)
{
    if (context.id == thread_context::unregistered) {
        context.id = take_identity();
        platform::note_thread(context.id);
        platform::call_at_thread_exit();
    }
    return context.id;
}

void search_identities_from(std::uint32_t id) noexcept
{
    threads.last.store(id - 1, std::memory_order_relaxed);  // relaxed: a hint
}

void thread_exit(thread_context& context) noexcept
{
    time_slice::abandon(context);
    const std::uint32_t id = context.id;
    if (context.is_named) {
        forget_thread_name(id);
    }
    platform::forget_thread(id);
    context = thread_context{};
    // relaxed: see take_bit
    threads.used[id / 64].fetch_and(~(std::uint64_t{1} << (id % 64)), std::memory_order_relaxed);
}

}  // namespace signalbox::detail
