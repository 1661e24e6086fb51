// The lock of the waiting room.
//
//   killed                          left behind                       repaired by
//   while it holds the lock         the lock, with its slot           whoever wants it next: take_over()
//   after it, before waking         sleepers without a wake-up        the mark of the dead, or the belt
//   in serve_queue() before it      a permit, and sleepers            likewise: recover() serves
//
// Edges        unlock -> lock: the queue and the records.
#include <climits>

#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/cpu.hpp>
#include <signalbox/platform/shared_wait.hpp>

#include "process/errors.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {
namespace {

constexpr std::uint32_t contended = 1;
constexpr std::uint32_t again = 2;
constexpr unsigned holder_shift = 2;
constexpr std::uint32_t holder_mask = 0x3FF;
constexpr std::uint32_t one_turn = std::uint32_t{1} << 12;
constexpr int polls_most = 200;
static_assert(participants_most < holder_mask);

constexpr std::uint32_t holder_of(std::uint32_t word) noexcept
{
    return (word >> holder_shift) & holder_mask;
}

// The word after `slot` has taken the lock; who sleeps, and who asked, is kept.
constexpr std::uint32_t taken_by(std::uint32_t word, std::uint32_t slot) noexcept
{
    const std::uint32_t turn = (word + one_turn) & ~(one_turn - 1);
    return turn | ((slot + 1) << holder_shift) | (word & (contended | again));
}

constexpr std::uint32_t without_holder(std::uint32_t word) noexcept
{
    return word & ~(holder_mask << holder_shift | contended | again);
}

// Unlocks; false if the queue must be served once more.
bool unlock(atomic<std::uint32_t>& lock) noexcept
{
    std::uint32_t seen = lock.load();
    for (;;) {
        if ((seen & again) != 0) {
            lock.compare_exchange_strong(seen, seen & ~again);
            return false;
        }
        if (lock.compare_exchange_strong(seen, without_holder(seen))) {
            break;
        }
    }
    if ((seen & contended) != 0) {
        platform::wake_shared(lock, 1);
    }
    return true;
}

}  // namespace

room::room(attachment& object, std::uint32_t slot, bool is_fresh) : object_{object}, mine_{slot}
{
    atomic<std::uint32_t>& lock = object_.shared->head.room;
    std::uint32_t slept = 0;  // who has slept takes the lock as contended: others may sleep too
    for (int polls = 0;; ++polls) {
        std::uint32_t seen = lock.load();
        const std::uint32_t holder = holder_of(seen);
        if (holder == 0) {
            if (enter(seen, slept)) {
                return;
            }
        } else if (holder == slot + 1 ? is_fresh
                                      : polls > polls_most && is_dead(object_, holder - 1, slept != 0)) {
            if (enter(seen, slept)) {
                take_over(holder - 1);
                return;
            }
        } else if (polls <= polls_most) {
            platform::spin_pause();
        } else if (is_forged(seen)) {
            fail_corrupt(object_.name);
        } else if ((seen & contended) != 0 || lock.compare_exchange_strong(seen, seen | contended)) {
            sleep_on(object_, lock, seen | contended, platform::now() + belt);
            slept = contended;
        }
    }
}

// `inside_room` comes before the lock and goes after it: is_forged() finds it.
bool room::enter(std::uint32_t seen, std::uint32_t slept) noexcept
{
    object_.inside_room.fetch_add(1);
    if (object_.shared->head.room.compare_exchange_strong(seen, taken_by(seen, mine_) | slept)) {
        return true;
    }
    object_.inside_room.fetch_sub(1);
    return false;
}

// Whether the lock names this process although none of its threads has it: somebody else has written that.
// The word was the same before and after, and it counts its turns.
bool room::is_forged(std::uint32_t seen) const noexcept
{
    return holder_of(seen) == mine_ + 1 && object_.inside_room.load() == 0 &&
           ((object_.shared->head.room.load() ^ seen) & ~(contended | again)) == 0;
}

room::~room()
{
    while (!unlock(object_.shared->head.room)) {
        serve();
    }
    object_.inside_room.fetch_sub(1);
    for (unsigned i = 0; i < call_count_; ++i) {
        platform::wake_shared(object_.shared->waiters[calls_[i]].state, INT_MAX);
    }
}

void room::take_over(std::uint32_t dead)
{
    try {
        finish_moving();
        recover(dead);
    } catch (...) {
        unlock(object_.shared->head.room);  // a damaged file: nobody is called, and nobody hangs
        object_.inside_room.fetch_sub(1);
        throw;
    }
}

void serve_queue(attachment& object) noexcept
{
    atomic<std::uint32_t>& lock = object.shared->head.room;
    std::uint32_t seen = lock.load();
    for (;;) {
        if (holder_of(seen) != 0) {
            if (lock.compare_exchange_strong(seen, seen | again)) {
                return;
            }
            continue;
        }
        break;
    }
    try {
        room{object, object.my_slot()}.serve();
    } catch (...) {
        return;  // no slot for this process, or a damaged file: sleepers look again by themselves
    }
}

}  // namespace signalbox::process::detail
