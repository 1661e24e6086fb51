// Handing permits over.
//
//   killed                              left behind                   repaired by
//   before `moving` is on               nothing                       -
//   after that, before the first one    a record of nothing           take_over(): clears it
//   between the two operations          permits that are out          take_over(): does the second one
//   after it                            a record of what is done      take_over(): clears it
#include "process/transfer.hpp"

#include <algorithm>

#include "process/errors.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {
namespace {

holder_entry entry_of(const attachment& object, std::uint32_t cell)
{
    holder_entry entry;
    if (object.books.value_of(cell, entry) == verdict::corrupt) {
        fail_corrupt(object.name);
    }
    return entry;
}

}  // namespace

void hand_over(attachment& object, lease& from, std::int64_t n, const participant_info& to)
{
    const std::uint32_t mine = object.my_slot();
    room inside{object, mine};
    const bool is_there = to.slot < participants_most &&
                          object.shared->record(to.slot).state.load() == attached &&
                          object.shared->record(to.slot).generation.load() == to.generation &&
                          (to.slot == mine || !is_dead(object, to.slot, true));
    if (!is_there) {
        fail(std::errc::no_such_process, object.name,
             "transfer(): the process " + std::to_string(to.pid) + " does not use it any more");
    }
    inside.move(from.cell, inside.inbox_of(to.slot, true), n);
    from.last = entry_of(object, from.cell);
}

bool fetch(attachment& object, lease& into, std::int64_t n)
{
    const std::uint32_t mine = object.my_slot();
    room inside{object, mine};
    const std::uint32_t inbox = inside.inbox_of(mine, false);
    if (inbox == no_cell || entry_of(object, inbox).value < n) {
        return false;
    }
    inside.move(inbox, into.cell, n);
    into.last = entry_of(object, into.cell);
    return true;
}

std::uint32_t room::inbox_of(std::uint32_t slot, bool is_wanted)
{
    const object_layout& shared = *object_.shared;
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    for (std::uint32_t i = 1; i < used; ++i) {
        if (shared.holders[i].participant.load() == slot + 1 &&
            shared.holders[i].pocket.load() == pocket_inbox) {
            return i;
        }
    }
    if (!is_wanted) {
        return no_cell;
    }
    return take_cell(slot, pocket_inbox);
}

void room::move(std::uint32_t from, std::uint32_t to, std::int64_t n)
{
    moving_record& moving = object_.shared->head.moving;
    moving.from.store(from);
    moving.to.store(to);
    moving.from_number.store(entry_of(object_, from).number);
    moving.to_number.store(entry_of(object_, to).number);
    moving.count.store(static_cast<std::int32_t>(n));
    moving.is_on.store(1);
    const bool is_sound =
        object_.books.shift(from, -n) == verdict::done && object_.books.shift(to, n) == verdict::done;
    moving.is_on.store(0);
    if (!is_sound) {
        fail_corrupt(object_.name);
    }
}

void room::finish_moving()
{
    moving_record& moving = object_.shared->head.moving;
    if (moving.is_on.load() == 0) {
        return;
    }
    const std::uint32_t from = moving.from.load();
    const std::uint32_t to = moving.to.load();
    const bool is_sound = from < holders_most && to < holders_most && from != 0 && to != 0;
    if (is_sound && entry_of(object_, from).number == moving.from_number.load() + 1 &&
        entry_of(object_, to).number == moving.to_number.load()) {
        object_.books.shift(to, moving.count.load());
    }
    moving.is_on.store(0);
}

}  // namespace signalbox::process::detail
