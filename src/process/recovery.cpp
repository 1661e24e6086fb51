// What the dead held comes back.
//
// Invariant 1  Only the lock of the room lets anybody touch another participant's cells, and it does so only
//              when that participant is dead for certain, or is this one and leaves.
// Because      Two signs tell of a death. The file lock is certain, and late: the kernel drops it after it
//              has torn down the memory. The mark of life is prompt: it comes before that, but speaks of one
//              thread; so it is believed only when every thread of the process is seen to be exiting.
//              Between two namespaces of process ids nobody can see that, and the file lock decides.
// Crash        recover() is a row of steps, and each leaves the books right. Cells that owe (of threads that
//              gave back what others of their process took) come before cells that have, so that a
//              recovery which is cut off can leave too few permits free for a while, never too many. The
//              next one goes on where it stopped: the participant is `absent` only after its last cell.
// Checked by   tests/process/death_test.cpp, tests/crash/every_instruction_test.cpp
#include <algorithm>
#include <array>

#include <signalbox/platform/shared_wait.hpp>

#include "process/errors.hpp"
#include "process/resting.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {
namespace {

using platform::life_mark_bits;

std::uint32_t participants_used(const object_layout& shared) noexcept
{
    return std::min(shared.head.participants_used.load(), participants_most);
}

bool is_marked(const object_layout& shared, std::uint32_t slot) noexcept
{
    return (shared.life(slot) & life_mark_bits::died) != 0;
}

// Whether it has a cell or a place in the queue.
bool has_anything(const object_layout& shared, std::uint32_t slot) noexcept
{
    const std::uint32_t holders = std::min(shared.head.holders_used.load(), holders_most);
    for (std::uint32_t i = 1; i < holders; ++i) {
        if (shared.holders[i].participant.load() == slot + 1) {
            return true;
        }
    }
    const std::uint32_t waiters = std::min(shared.head.waiters_used.load(), waiters_most);
    for (std::uint32_t i = 0; i < waiters; ++i) {
        if (shared.waiters[i].participant.load() == slot + 1) {
            return true;
        }
    }
    return false;
}

// Whether nothing but the file lock can tell of its death. That is a system call, so who has nothing that
// others could miss is not asked for: one that only releases makes no mark.
bool has_no_mark(const object_layout& shared, std::uint32_t slot) noexcept
{
    return shared.life(slot) == 0 && has_anything(shared, slot);
}

platform::process_identity identity_of(const participant_record& record) noexcept
{
    platform::process_identity who;
    who.pid = record.pid.load();
    who.pid_namespace = record.pid_namespace.load();
    who.start_time = record.start_time.load();
    return who;
}

void leave_queue(object_layout& shared, std::uint32_t slot) noexcept
{
    const std::uint32_t used = std::min(shared.head.waiters_used.load(), waiters_most);
    for (std::uint32_t i = 0; i < used; ++i) {
        if (shared.waiters[i].participant.load() == slot + 1) {
            shared.waiters[i].participant.store(0);
        }
    }
}

void free_cells(object_layout& shared, std::uint32_t slot) noexcept
{
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    for (std::uint32_t i = 1; i < used; ++i) {
        if (shared.holders[i].participant.load() == slot + 1) {
            shared.holders[i].pocket.store(pocket_empty);
            shared.holders[i].participant.store(0);
        }
    }
}

}  // namespace

bool is_dead(const attachment& object, std::uint32_t slot, bool is_thorough) noexcept
{
    if (slot >= participants_most) {
        return true;  // no process has such a slot: the file is damaged
    }
    const object_layout& shared = *object.shared;
    const participant_record& record = shared.record(slot);
    const std::uint32_t generation = record.generation.load();
    if (is_marked(shared, slot) && platform::is_certainly_gone(identity_of(record)) &&
        is_marked(shared, slot) && record.generation.load() == generation) {
        return true;
    }
    return (is_thorough || is_marked(shared, slot) || shared.life(slot) == 0) &&
           !platform::is_byte_locked(object.file, slot);
}

bool room::collect_dead(bool is_thorough)
{
    const object_layout& shared = *object_.shared;
    const std::uint32_t used = participants_used(shared);
    bool is_in_doubt = false;
    for (std::uint32_t slot = 0; slot < used; ++slot) {
        if (slot == mine_ || shared.record(slot).state.load() != attached) {
            continue;
        }
        if (!is_thorough && !is_marked(shared, slot) && !has_no_mark(shared, slot)) {
            continue;
        }
        if (is_dead(object_, slot, is_thorough)) {
            recover(slot);
        } else {
            is_in_doubt = is_in_doubt || is_marked(shared, slot);
        }
    }
    return is_in_doubt;
}

void room::recover(std::uint32_t slot)
{
    object_layout& shared = *object_.shared;
    if (slot >= participants_most) {
        return;
    }
    leave_queue(shared, slot);
    const std::uint32_t used = std::min(shared.head.holders_used.load(), holders_most);
    const bool is_mutex = detail::is_mutex(object_.traits.kind);
    for (const bool owes : {true, false}) {
        for (std::uint32_t i = 1; i < used; ++i) {
            holder_entry entry;
            if (shared.holders[i].participant.load() != slot + 1) {
                continue;
            }
            if (object_.books.value_of(i, entry) == verdict::corrupt) {
                fail_corrupt(object_.name);
            }
            if (owes != (entry.value < 0)) {
                continue;
            }
            const bool is_owner = is_mutex && entry.value > 0 && !is_resting(shared.holders[i]);
            if (is_owner) {
                remember_owner(slot);
            }
            if (object_.books.take_back(i, is_owner) == verdict::corrupt) {
                fail_corrupt(object_.name);
            }
        }
    }
    free_cells(shared, slot);
    if ((shared.head.pockets.load() & pockets_mask) == pockets_closing) {
        gather();  // the dead had begun it
    }
    shared.record(slot).state.store(absent);
    refresh_flags(true);
    serve();
    call_all();  // also those that the dead had called and not woken
}

void room::remember_owner(std::uint32_t slot) noexcept
{
    const participant_record& from = object_.shared->record(slot);
    participant_record& to = object_.shared->head.died;
    to.pid.store(from.pid.load());
    to.start_time.store(from.start_time.load());
    to.generation.store(from.generation.load());
    to.since.store(from.since.load());
    for (std::size_t i = 0; i < std::size(to.command); ++i) {
        to.command[i].store(from.command[i].load());
    }
    for (std::size_t i = 0; i < std::size(to.label); ++i) {
        to.label[i].store(from.label[i].load());
    }
}

void sleep_on(const attachment& object, const atomic<std::uint32_t>& word, std::uint32_t expected,
              time_point deadline) noexcept
{
    std::array<platform::watched_word, platform::watched_words_most> watched;  // NOLINT: as far as `count`
    std::size_t count = 0;
    watched[count++] = {&word, expected};
    const std::uint32_t used = participants_used(*object.shared);
    for (std::uint32_t slot = 0; slot < used && count < watched.size(); ++slot) {
        std::uint32_t life = object.shared->life(slot);
        if (life == 0 || object.shared->record(slot).state.load() != attached || object.is_slot(slot)) {
            continue;
        }
        participant_page& page = object.shared->participants[slot];
        while (life != 0 && (life & (life_mark_bits::died | life_mark_bits::is_watched)) == 0 &&
               !page.life.compare_exchange_weak(life, life | life_mark_bits::is_watched)) {
        }
        if (life != 0 && (life & life_mark_bits::died) == 0) {
            watched[count++] = {&page.life, life | life_mark_bits::is_watched};
        }
    }
    platform::wait_shared(watched.data(), count, deadline);
}

bool is_anybody_marked(const attachment& object) noexcept
{
    const object_layout& shared = *object.shared;
    const std::uint32_t used = participants_used(shared);
    for (std::uint32_t slot = 0; slot < used; ++slot) {
        if (shared.record(slot).state.load() == attached && is_marked(shared, slot)) {
            return true;
        }
    }
    return false;
}

void tidy(attachment& object)
{
    const object_layout& shared = *object.shared;
    const std::uint32_t mine = object.my_slot();
    const std::uint32_t used = participants_used(shared);
    for (std::uint32_t slot = 0; slot < used; ++slot) {
        if (slot != mine && shared.record(slot).state.load() == attached &&
            (is_marked(shared, slot) || has_no_mark(shared, slot))) {
            room{object, mine}.collect_dead(false);
            return;
        }
    }
}

}  // namespace signalbox::process::detail
