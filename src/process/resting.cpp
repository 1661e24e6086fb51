// The slow half of resting permits: claiming a pocket, gathering, and opening the pockets again.
//
// Edges        E2  empty() -> claim(): who uses a pocket next goes on from the entry that was written there.
//              E3  claim() -> owner(): who sees an operation in the word sees that the pocket is in use.
#include "process/resting.hpp"

#include <algorithm>

#include <signalbox/platform/liveness.hpp>

#include "process/errors.hpp"
#include "process/room.hpp"
#include "process/turns.hpp"

namespace signalbox::process::detail {
namespace {

// A gathering costs 2 us, 10 us with a thread on another core (membarrier(2)); resting saves 6 ns a pair
// (bench/process.cpp). So a run of 64 is too short to gain, and the first revocations show it.
constexpr std::uint32_t rest_after_least = 64;
constexpr std::uint32_t rest_after_most = 1U << 16;
constexpr std::int64_t worth_it = 10'000'000;  // ns: from then on a period of rest has paid

atomic<std::uint32_t>& pocket_of(const attachment& object, const lease& place) noexcept
{
    return object.shared->holders[place.cell].pocket;
}

void read_anew(attachment& object, lease& me)
{
    if (object.books.value_of(me.cell, me.last) == verdict::corrupt) {
        fail_corrupt(object.name);
    }
}

// Counts what this thread does alone while the pockets are closed, and opens them after enough of it.
void note_alone(attachment& object, lease& me)
{
    const ledger_word::type word = object.books.now();
    const bool is_alone = ledger_word::who_of(word) == me.cell && (word & ledger_word::queued) == 0;
    me.lone = is_alone ? me.lone + 1 : 0;
    const std::uint32_t enough = object.shared->head.rest_after.load();
    if (me.lone >= std::clamp(enough, rest_after_least, rest_after_most)) {
        me.lone = 0;
        room{object, object.my_slot()}.open_pockets();
    }
}

}  // namespace

void put_back(attachment& object, lease& place, std::int64_t n)
{
    ledger_word::type before = 0;
    if (object.books.give(place, n, before) == verdict::corrupt) {
        fail_corrupt(object.name);
    }
    empty(object, place);
    after_release(object, before, n);
}

void pick_up(attachment& object, lease& place, std::int64_t n)
{
    std::uint32_t seen = pocket_resting;
    if (pocket_of(object, place).compare_exchange_strong(seen, pocket_in_use)) {
        put_back(object, place, n);
    }
}

void empty(attachment& object, lease& place) noexcept
{
    // E2 release: its thread goes on from the entry that was written here
    pocket_of(object, place).store(pocket_empty, std::memory_order_release);
}

void leave_out(attachment& object, lease& place, std::int64_t n) noexcept
{
    if (object.books.forget(place, n) == verdict::done) {
        empty(object, place);
    }  // else a damaged file: whoever looks next says so
}

claim::claim(attachment& object, lease& me) : object_{object}, holder_{&me}
{
    atomic<std::uint32_t>& pocket = pocket_of(object, me);
    std::uint32_t seen = pocket.load();
    if (seen == pocket_resting && pocket.compare_exchange_strong(seen, pocket_in_use)) {
        put_back(object, me, me.rests);  // another number than is wanted now
        seen = pocket.load();
    }
    if (seen == pocket_seizing) {
        gather(object);
        seen = pocket.load();
    }
    if (seen == pocket_seized) {
        read_anew(object, me);
        seen = pocket_empty;
    }
    if (seen == pocket_empty || (seen == pocket_loose && me.last.value == 0)) {
        if (!are_open(object)) {
            note_alone(object, me);
        }
        // E3 release: who sees its permits in the word sees whose they are
        pocket.store(pocket_in_use, std::memory_order_release);
        is_pocket_ = true;
    } else {
        holder_ = &ordinary_of(object, me);
    }
}

claim::~claim()
{
    if (is_pocket_) {
        pocket_of(object_, *holder_).store(pocket_empty);
    }
}

lease* claim::keep() noexcept
{
    return std::exchange(is_pocket_, false) ? holder_ : nullptr;
}

lease& ordinary_of(attachment& object, lease& me)
{
    if (pocket_of(object, me).load() == pocket_loose) {
        return me;
    }
    if (me.spare == nullptr) {
        me.spare = object.make_lease();
    }
    return *me.spare;
}

void settle_ordinary(attachment& object, lease& me) noexcept
{
    if (me.last.value == 0 && pocket_of(object, me).load() == pocket_loose) {
        pocket_of(object, me).store(pocket_empty);
    }
}

void loosen(attachment& object, lease& place) noexcept
{
    pocket_of(object, place).store(pocket_loose);
}

bool gather(attachment& object)
{
    return room{object, object.my_slot()}.gather();
}

bool room::gather()
{
    object_head& head = object_.shared->head;
    const std::uint32_t seen = head.pockets.load();
    if ((seen & pockets_mask) == pockets_closed) {
        return true;
    }
    if ((seen & pockets_mask) == pockets_open) {
        head.pockets.store((seen & ~pockets_mask) | pockets_closing);
        const bool has_paid = platform::boot_nanoseconds() - head.open_since.load() > worth_it;
        const std::uint32_t enough = head.rest_after.load();
        head.rest_after.store(
            std::clamp(has_paid ? enough / 2 : 2 * enough, rest_after_least, rest_after_most));
    }
    const bool is_sure = platform::heavy_barrier();
    const std::uint32_t used = std::min(head.holders_used.load(), holders_most);
    for (std::uint32_t i = 1; i < used; ++i) {
        seize(i);
    }
    if (is_sure) {
        head.pockets.store((seen & ~pockets_mask) | pockets_closed);
    }
    return is_sure;
}

void room::seize(std::uint32_t cell)
{
    atomic<std::uint32_t>& pocket = object_.shared->holders[cell].pocket;
    std::uint32_t seen = pocket_resting;
    pocket.compare_exchange_strong(seen, pocket_seizing);
    if (seen != pocket_resting && seen != pocket_seizing) {
        return;
    }
    if (object_.books.take_back(cell, false) == verdict::corrupt) {
        fail_corrupt(object_.name);
    }
    pocket.store(pocket_seized);
}

void room::open_pockets() noexcept
{
    object_head& head = object_.shared->head;
    const ledger_word::type word = object_.books.now();
    const std::uint32_t seen = head.pockets.load();
    if ((word & ledger_word::queued) != 0 || object_.books.is_shut() || ledger_word::free_of(word) < 0 ||
        (seen & pockets_mask) == pockets_open) {
        return;
    }
    head.open_since.store(platform::boot_nanoseconds());
    head.pockets.store((seen & ~pockets_mask) + pockets_once + pockets_open);
}

}  // namespace signalbox::process::detail
