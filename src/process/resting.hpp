// Permits that rest: who gives a permit back lays it into a pocket of its own thread, with a plain store, and
// takes it again with one compare-and-swap, as long as nobody else asks.
//
// A pocket is a cell of the ledger, and says in one word what is with its permits:
//
//   state     set by                                       left by
//   empty     its thread, or who gives back                its thread: in_use
//   in_use    its thread: a permit object of this          whoever has that permit object: resting,
//             process has all that the cell holds          empty (through the ledger), or loose
//   resting   who gives the permit back: plain store       its thread: in_use; who gathers: seizing
//   seizing   who gathers, and holds the room              the same, or the next one in the room: seized
//   seized    who gathers: its permits are free            its thread, which reads its entry anew: in_use
//   loose     whoever splits or merges the permit          its thread, when the cell has nothing: empty
//
// The word `pockets` of the object says whether permits may rest (open) or not (closing, closed).
//
// Invariant 1  In the books a resting permit is held, by the pocket's cell. So nothing is lost or doubled by
//              a kill, whatever the pocket says: recovery gives back what the cells of the dead have.
// Invariant 2  in_use is left by one permit object alone, resting by a compare-and-swap. So a resting permit
//              is taken once: by its thread, or by who gathers. That does not depend on any barrier.
// Invariant 3  While they are closed no permit rests for longer than its release() takes. Who waits, or tells
//              that there is nothing, has closed them before, under the lock of the room.
// Because      A permit that is used by one thread again and again costs one locked instruction instead of
//              two. Who asks for more than is free pays: a system call, and a step for each pocket.
// Edges        E1  Who gives back stores `resting`, light_barrier(), loads `pockets`; who gathers stores
//                  `closing`, heavy_barrier(), loads the pockets: the one sees that they close, and moves its
//                  permits itself, or the other one sees that they rest. Without such a barrier in its system
//                  who gathers sees it a moment later: it stays at `closing`, and looks again and again.
//              E2  put_down() -> take_again(), gather(): what came before a release is visible to who takes.
// Fairness     Permits rest only while nobody waits. They are opened again after a run of operations of one
//              thread; the longer a run, the more often gathering them came too soon.
// Crash        Killed before its store: the dead holds it. After: the permit rests with a dead process, which
//              comes to the same. Who gathers, killed in between: `closing`, and `seizing`, tell the next one
//              in the room where to go on.
// Checked by   models/pocket.pml, tests/process/resting_test.cpp, tests/crash/resting_crash_test.cpp
#pragma once

#include <cstdint>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/platform/uneven_barrier.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

constexpr std::uint32_t pockets_mask = 3;
constexpr std::uint32_t pockets_once = 4;

inline bool are_open(const attachment& object) noexcept
{
    // E1 acquire: pairs with the store in gather()
    return (object.shared->head.pockets.load(std::memory_order_acquire) & pockets_mask) == pockets_open;
}

/// Takes the `n` permits that rest in the thread's own pocket, if so many do.
inline bool take_again(attachment& object, lease& me, std::int64_t n) noexcept
{
    atomic<std::uint32_t>& pocket = object.shared->holders[me.cell].pocket;
    std::uint32_t seen = pocket.load(std::memory_order_acquire);  // E2 acquire: pairs with put_down()
    return seen == pocket_resting && me.rests == n && are_open(object) &&
           // E2 acquire: as above; relaxed: it fails only if somebody gathers
           pocket.compare_exchange_strong(seen, pocket_in_use, std::memory_order_acquire,
                                          std::memory_order_relaxed);
}

/// The second half of put_down(): while the pockets are not open.
void put_back(attachment& object, lease& place, std::int64_t n);
/// For who has put them down and then sees that the pockets close.
void pick_up(attachment& object, lease& place, std::int64_t n);

/// Gives back the `n` permits of a pocket in use, from any thread of this process.
inline void put_down(attachment& object, lease& place, std::int64_t n)
{
    if (!object.may_rest || !are_open(object)) {
        put_back(object, place, n);
        return;
    }
    place.rests = n;
    // E1 release, E2: pairs with gather() and take_again()
    object.shared->holders[place.cell].pocket.store(pocket_resting, std::memory_order_release);
    platform::light_barrier();
    if (!are_open(object)) {
        pick_up(object, place, n);
    }
}

/// Its cell has nothing any more.
void empty(attachment& object, lease& place) noexcept;

/// Makes the permits of a pocket in use permits that are out.
void leave_out(attachment& object, lease& place, std::int64_t n) noexcept;

/// The cell that a thread takes permits with: its pocket, which is in use then, or an ordinary one.
class claim {
public:
    claim(attachment& object, lease& me);
    /// Unless kept, a pocket is empty again.
    ~claim();

    claim(const claim&) = delete;
    claim& operator=(const claim&) = delete;

    [[nodiscard]] lease& holder() const noexcept { return *holder_; }

    /// They are taken: where they lie; null: in no pocket.
    lease* keep() noexcept;

private:
    attachment& object_;
    lease* holder_;
    bool is_pocket_ = false;
};

/// The cell for what a thread holds in no pocket. Errors: as attachment::my_lease().
lease& ordinary_of(attachment& object, lease& me);
/// After an operation on it.
void settle_ordinary(attachment& object, lease& me) noexcept;

/// Makes the permits of a pocket in use ordinary ones.
void loosen(attachment& object, lease& place) noexcept;

/// Of a mutex: whether the thread of this lease owns it.
inline bool owns(const attachment& object, const lease& me) noexcept
{
    const ledger_word::type word = object.books.now();
    return !is_resting(object.shared->holders[me.cell]) && ledger_word::free_of(word) <= 0 &&
           ledger_word::who_of(word) == me.cell;
}

/// Makes free what rests, and closes the pockets. False if nothing assures that all was seen.
bool gather(attachment& object);

}  // namespace signalbox::process::detail
