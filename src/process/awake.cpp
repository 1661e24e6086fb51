// Whether it pays to wait awake, and for how long.
#include "process/awake.hpp"

#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>

#include "core/policy.hpp"

namespace signalbox::process::detail {
namespace {

constexpr int luck_most = 4;
constexpr int luck_least = -64;  // so many waits pass until spinning is tried again

// Whether permits came from another processor than this one lately, as far as is known: who runs on the same
// one can't give any back meanwhile. This process may be confined to one processor where others are not.
bool comes_from_elsewhere(const attachment& object) noexcept
{
    const std::uint32_t caller = object.shared->head.caller_cpu.load();
    return platform::machine_cpu_count() > 1 && (caller == 0 || caller != platform::current_cpu() + 1);
}

// Calls `look` now and then until it is content; false: too late.
template <class Look>
bool poll(Look look)
{
    const time_point end = platform::now() + signalbox::detail::wake_cost::spin_time();
    do {
        for (int i = 0; i < 16; ++i) {
            platform::spin_pause();
            if (look()) {
                return true;
            }
        }
    } while (platform::now() < end);
    return false;
}

}  // namespace

verdict take_awake(attachment& object, const request& what)
{
    const int luck = object.spin_luck.load();
    const bool is_for_the_queue =
        object.traits.is_fifo != 0 || (object.books.now() & ledger_word::queued) != 0;
    if (luck < 0 || is_for_the_queue || !comes_from_elsewhere(object)) {
        object.spin_luck.store(luck < 0 ? luck + 1 : luck);
        return verdict::too_few;
    }
    verdict answer = verdict::too_few;
    if (poll([&] {
            if (ledger_word::free_of(object.books.now()) >= what.wanted) {
                answer = take(object, what, passage::newcomer);
            }
            return is_taken(answer);
        })) {
        object.spin_luck.store(luck_most);
        return answer;
    }
    object.spin_luck.store(luck == 0 ? luck_least : luck - 1);
    return verdict::too_few;
}

void look_for_turn(const attachment& object, std::int64_t wanted) noexcept
{
    if (comes_from_elsewhere(object)) {
        poll([&] { return ledger_word::free_of(object.books.now()) >= wanted; });
    }
}

}  // namespace signalbox::process::detail
