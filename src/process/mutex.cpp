// The mutex between processes: a ledger of one permit, whose word names its owner.
//
// Invariant 1  While the permit is not free, the cell that the word names is the owner's, unless it rests
//              there (resting.hpp): nobody else changes what a holder has. (Only locking, unlocking,
//              gathering and recovery do; the last two make it free.)
#include <signalbox/process/mutex.hpp>

#include <cstring>
#include <string>
#include <utility>

#include "process/errors.hpp"
#include "process/files.hpp"
#include "process/inspecting.hpp"
#include "process/resting.hpp"
#include "process/waiting.hpp"

namespace signalbox::process {
namespace {

using detail::attachment;
using detail::ledger_word;
using detail::verdict;

detail::blueprint plan_of(const mutex_options& how)
{
    detail::blueprint plan;
    plan.traits.kind = detail::object_kind::mutex;
    plan.traits.is_poisoned_by_death = how.on_owner_death == on_death::poison ? 1 : 0;
    std::strncpy(plan.traits.label, how.label.c_str(), detail::label_most - 1);
    plan.mode = how.mode;
    return plan;
}

std::uint64_t id_of(std::uint32_t cell, std::uint32_t tenancy) noexcept
{
    return (std::uint64_t{tenancy} << ledger_word::who_bits) | cell;
}

std::string thread_named(std::uint64_t id)
{
    return id == 0 ? "nobody" : "thread " + std::to_string(id);
}

outcome note(attachment& object, outcome ended) noexcept
{
    if (is_acquired(ended)) {
        object.has_recovered = ended == outcome::owner_died;
    }
    return ended;
}

// Whether this thread has locked it, by its own books, and the file says something else: it is damaged, since
// nobody takes a mutex from the living.
bool has_lost(const attachment& object, const detail::lease& me) noexcept
{
    return me.last.value > 0 && !detail::is_resting(object.shared->holders[me.cell]);
}

}  // namespace

mutex mutex::create(const std::string& name, const options& how)
{
    return mutex{detail::create_object(name, plan_of(how), how.label.c_str())};
}

mutex mutex::open(const std::string& name, const std::string& label)
{
    return mutex{detail::open_object(name, detail::object_kind::mutex, label.c_str())};
}

mutex mutex::open_or_create(const std::string& name, const options& how)
{
    return mutex{detail::open_or_create_object(name, plan_of(how), how.label.c_str())};
}

mutex mutex::anonymous(const options& how)
{
    return mutex{detail::make_anonymous_object(plan_of(how), how.label.c_str())};
}

mutex mutex::from_handle(int handle, const std::string& label)
{
    return mutex{detail::adopt_handle(handle, detail::object_kind::mutex, label.c_str())};
}

bool mutex::remove(const std::string& name)
{
    return detail::remove_object(name, detail::object_kind::mutex);
}

std::vector<std::string> mutex::list()
{
    return detail::list_objects(detail::object_kind::mutex);
}

mutex::mutex(mutex&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}

mutex& mutex::operator=(mutex&& other) noexcept
{
    mutex taken{std::move(other)};
    std::swap(object_, taken.object_);
    return *this;
}

mutex::~mutex()
{
    if (object_ != nullptr) {
        object_->drop_handle();
    }
}

void mutex::lock()
{
    detail::lease* const me = object_->known_lease();
    if (me != nullptr && detail::take_again(*object_, *me, 1)) {
        return;  // the last owner was this thread
    }
    if (lock(limit{}) == outcome::closed) {
        const auto who = recovered_from();
        detail::fail(std::errc::owner_dead, object_->name,
                     "is poisoned: its owner died" +
                         (who ? " (pid " + std::to_string(who->pid) + ", " + who->command + ")" : "") +
                         "; put in order what it guards, then call repair()");
    }
}

outcome mutex::lock(const limit& until)
{
    detail::lease& me = object_->my_lease();
    if (detail::owns(*object_, me)) {
        const std::string caller = thread_named(id_of(me.cell, me.tenancy));
        detail::fail(std::errc::resource_deadlock_would_occur, object_->name,
                     "lock() by " + caller + ", but its owner is " + caller + " already");
    }
    detail::claim mine{*object_, me};
    const outcome ended = detail::acquire(*object_, {1, &mine.holder()}, until);
    if (is_acquired(ended)) {
        mine.keep();
    }
    return note(*object_, ended);
}

bool mutex::try_lock() noexcept
{
    try {
        detail::lease& me = object_->my_lease();
        if (detail::take_again(*object_, me, 1)) {
            return true;
        }
        if (detail::owns(*object_, me)) {
            return false;
        }
        detail::claim mine{*object_, me};
        const verdict answer = detail::try_acquire(*object_, {1, &mine.holder()});
        if (is_taken(answer)) {
            mine.keep();
            object_->has_recovered = answer == verdict::died;
        }
        return is_taken(answer);
    } catch (const std::exception&) {
        return false;  // no place for one thread more, or a damaged file
    }
}

void mutex::unlock()
{
    detail::lease& me = object_->my_lease();
    if (!detail::owns(*object_, me)) {
        if (has_lost(*object_, me)) {
            return;
        }
        detail::fail(std::errc::operation_not_permitted, object_->name,
                     "unlock() by " + thread_named(id_of(me.cell, me.tenancy)) + ", but its owner is " +
                         thread_named(owner().value()));
    }
    object_->has_recovered = false;
    try {
        detail::put_down(*object_, me, 1);
    } catch (const std::exception&) {  // damaged just now
    }
}

owner_id mutex::owner() const noexcept
{
    for (;;) {
        const ledger_word::type word = object_->books.now();
        const detail::holder_cell& cell = object_->shared->holders[ledger_word::who_of(word)];
        const std::uint32_t tenancy = cell.tenancy.load();
        const bool is_owned = ledger_word::free_of(word) <= 0 && !detail::is_resting(cell);
        if (object_->books.now() == word) {
            return is_owned ? owner_id{id_of(ledger_word::who_of(word), tenancy)} : owner_id::none;
        }
    }
}

bool mutex::is_mine() const noexcept
{
    const detail::lease* const me = object_->known_lease();
    return me != nullptr && detail::owns(*object_, *me);
}

std::optional<participant_info> mutex::recovered_from() const
{
    const bool is_told =
        object_->books.is_shut() || (object_->has_recovered && detail::owns(*object_, object_->my_lease()));
    return is_told ? std::optional{detail::describe(object_->shared->head.died, 0)} : std::nullopt;
}

void mutex::repair()
{
    const std::uint32_t slot = object_->my_slot();
    if (object_->books.is_shut()) {
        object_->books.change(0, ledger_word::shut);
    }
    detail::room{*object_, slot}.serve();
    object_->has_recovered = false;
}

waiter_list mutex::waiters() const
{
    return detail::list_waiters(*object_);
}

const std::string& mutex::name() const noexcept
{
    return object_->name;
}

int mutex::native_handle() const noexcept
{
    return object_->file;
}

}  // namespace signalbox::process
