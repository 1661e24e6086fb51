// The end of a turn.
#include "process/turns.hpp"

#include <signalbox/platform/clock.hpp>

#include "core/policy.hpp"

namespace signalbox::process::detail {
namespace {

constexpr std::uint32_t look_every = 64;  // releases: 25 ns for the clock, 0.4 ns each

std::int64_t steady_nanoseconds() noexcept
{
    return std::chrono::nanoseconds{platform::now().time_since_epoch()}.count();
}

void keep_turn(attachment& object) noexcept
{
    // relaxed: threads that lose each other's steps look at the clock later
    const std::uint32_t releases = object.releases.load(std::memory_order_relaxed) + 1;
    object.releases.store(releases, std::memory_order_relaxed);  // relaxed: as above
    if (releases % look_every == 0 && steady_nanoseconds() >= object.shared->head.turn_ends.load()) {
        object.books.set_while(ledger_word::queued, ledger_word::reserved);
    }
}

}  // namespace

std::int64_t turn_end(std::size_t waiting) noexcept
{
    return steady_nanoseconds() + signalbox::detail::policy.slice(waiting).count();
}

void after_release(attachment& object, ledger_word::type before, std::int64_t n) noexcept
{
    if ((before & ledger_word::queued) == 0) {
        return;
    }
    if (ledger_word::free_of(before) + n >= object.shared->head.serve_from.load()) {
        serve_queue(object);
    } else {
        keep_turn(object);
    }
}

}  // namespace signalbox::process::detail
