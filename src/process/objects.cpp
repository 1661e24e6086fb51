// Looking at files without becoming their user: they are read into a copy, and the copy is looked at.
//
// Because      A mapping of a file that another user cuts short would kill who looks at it; a read is short.
//              The copy is of one moment if the ledger's word was the same before and after: all that moves
//              permits changes it.
#include <signalbox/process/objects.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

#include "process/collecting.hpp"
#include "process/errors.hpp"
#include "process/event_state.hpp"
#include "process/files.hpp"
#include "process/inspecting.hpp"
#include "process/reading.hpp"

namespace signalbox::process {
namespace {

using detail::object_kind;

kind kind_of(object_kind what) noexcept
{
    switch (what) {
    case object_kind::mutex: return kind::mutex;
    case object_kind::recursive_mutex: return kind::recursive_mutex;
    case object_kind::event: return kind::event;
    default: return kind::semaphore;
    }
}

void tell_permits(object_info& told, const detail::reading& seen)
{
    const auto& sum = seen.sum;
    told.is_damaged = sum.result != detail::verdict::done;
    if (told.kind != kind::event && !told.is_damaged) {
        told.capacity = sum.capacity;
        told.free = sum.free + sum.resting;
        told.held = sum.held - sum.resting;
        told.out = sum.capacity - sum.free - sum.held;
        if (told.held > 0) {
            told.holders = detail::list_holders(*seen.copy, detail::ledger{*seen.copy, false});
        }
    }
    const object_kind what = seen.copy->head.identity.traits.kind;
    const bool is_shut = (seen.copy->head.word.load() & detail::ledger_word::shut) != 0;
    told.is_closed =
        is_shut && (!detail::is_mutex(what) || seen.copy->head.identity.traits.is_poisoned_by_death != 0);
    told.is_set = told.kind == kind::event && detail::event_state::is_set(seen.copy->head.event.load());
}

void tell_users(object_info& told, const detail::reading& seen, int file)
{
    const detail::object_layout& copy = *seen.copy;
    const std::uint32_t used = std::min(copy.head.participants_used.load(), detail::participants_most);
    for (std::uint32_t slot = 0; slot < used; ++slot) {
        if (copy.record(slot).state.load() == detail::attached) {
            told.users.push_back(
                {detail::describe(copy.record(slot), slot), platform::is_byte_locked(file, slot)});
        }
    }
    told.waiters = detail::list_waiters(copy);
    told.waiting = told.waiters;
}

std::optional<object_info> look_at(const std::string& name)
{
    const int file = platform::open_file_to_look((detail::directory() + "/" + detail::prefix + name).c_str());
    if (file < 0) {
        return std::nullopt;
    }
    std::optional<object_info> told;
    platform::file_status status;
    const auto seen = detail::read_object(file, name, status);
    if (seen) {
        const auto& traits = seen->copy->head.identity.traits;
        told.emplace();
        told->name = name;
        told->kind = kind_of(traits.kind);
        told->label.assign(traits.label, strnlen(traits.label, detail::label_most));
        told->owner = status.owner;
        told->mode = status.mode;
        told->is_fifo = traits.is_fifo != 0;
        tell_permits(*told, *seen);
        tell_users(*told, *seen, file);
    }
    platform::close_file(file);
    return told;
}

}  // namespace

std::vector<object_info> list()
{
    auto names = platform::list_files(detail::directory().c_str(), detail::prefix);
    std::sort(names.begin(), names.end());
    std::vector<object_info> found;
    for (const std::string& name : names) {
        if (auto told = look_at(name)) {
            found.push_back(std::move(*told));
        }
    }
    return found;
}

std::vector<std::string> collect()
{
    return detail::collect_objects([](int, const detail::object_identity&) { return true; });
}

}  // namespace signalbox::process
