// The semaphore between processes: what its permit objects call.
#include <signalbox/process/semaphore.hpp>

#include "process/inspecting.hpp"
#include "process/requests.hpp"
#include "process/resting.hpp"
#include "process/transfer.hpp"
#include "process/turns.hpp"
#include "process/waiting.hpp"

namespace signalbox::process {
namespace {

using detail::attachment;
using detail::ledger_word;
using detail::verdict;

// The usual case: they rest in the pocket of a thread that is known.
bool take_fast(attachment& object, std::ptrdiff_t n, detail::lease*& place) noexcept
{
    detail::lease* const me = object.known_lease();
    if (me == nullptr || !detail::take_again(object, *me, n)) {
        return false;
    }
    place = me;
    return true;
}

}  // namespace

detail::lease* semaphore::hold(std::ptrdiff_t n)
{
    detail::lease* place = nullptr;
    if (!take_fast(*object_, n, place) && hold(n, {}, place) == outcome::closed) {
        detail::refuse_closed(*object_);
    }
    return place;
}

outcome semaphore::hold(std::ptrdiff_t n, const limit& until, detail::lease*& place)
{
    if (n <= 0 || n > max()) {
        detail::is_request(*object_, "acquire", n);
        return outcome::acquired;
    }
    detail::claim mine{*object_, object_->my_lease()};
    const detail::request what{n, &mine.holder()};
    if (!until.is_stopped() && is_taken(detail::take(*object_, what, detail::passage::newcomer))) {
        place = mine.keep();
        return outcome::acquired;
    }
    detail::is_request(*object_, "acquire", n);
    const outcome ended = detail::acquire(*object_, what, until);
    place = is_acquired(ended) ? mine.keep() : nullptr;
    return ended;
}

bool semaphore::try_hold(std::ptrdiff_t n, detail::lease*& place) noexcept
{
    if (n <= 0 || n > max() || take_fast(*object_, n, place)) {
        return n >= 0 && n <= max();
    }
    try {
        detail::claim mine{*object_, object_->my_lease()};
        const bool is_held = is_taken(detail::try_acquire(*object_, {n, &mine.holder()}));
        place = is_held ? mine.keep() : nullptr;
        return is_held;
    } catch (const std::exception&) {
        return false;  // no place for one thread more, or a damaged file
    }
}

bool semaphore::adopt(std::ptrdiff_t n, detail::lease*& place)
{
    if (n <= 0 || n > max()) {
        return n == 0;
    }
    detail::claim mine{*object_, object_->my_lease()};
    if (detail::fetch(*object_, mine.holder(), n)) {
        place = mine.keep();
        return true;
    }
    const verdict answer = object_->books.adopt(mine.holder(), n);
    if (answer == verdict::corrupt) {
        detail::fail_corrupt(object_->name);
    }
    place = answer == verdict::done ? mine.keep() : nullptr;
    return answer == verdict::done;
}

void semaphore::give_back(attachment& object, std::ptrdiff_t n, detail::lease* place)
{
    if (place != nullptr) {
        detail::put_down(object, *place, n);
        return;
    }
    detail::lease& me = object.my_lease();
    ledger_word::type before = 0;
    if (object.books.give(detail::ordinary_of(object, me), n, before) == verdict::corrupt) {
        detail::fail_corrupt(object.name);
    }
    detail::settle_ordinary(object, me);
    detail::after_release(object, before, n);
}

void semaphore::give_back_or_keep(attachment& object, std::ptrdiff_t n, detail::lease* place) noexcept
{
    try {
        give_back(object, n, place);
    } catch (const std::exception&) {  // a damaged file, or no cell for one thread more: recovery has them
    }
}

void semaphore::let_go(attachment& object, std::ptrdiff_t n, detail::lease* place) noexcept
{
    if (place != nullptr) {
        detail::leave_out(object, *place, n);
        return;
    }
    detail::lease& me = object.my_lease();
    if (object.books.forget(detail::ordinary_of(object, me), n) == verdict::done) {
        detail::settle_ordinary(object, me);
    }  // else a damaged file: whoever looks next says so
}

void semaphore::hand_over(attachment& object, std::ptrdiff_t n, detail::lease* place,
                          const participant_info& to)
{
    detail::lease& me = object.my_lease();
    if (place != nullptr) {
        detail::hand_over(object, *place, n, to);
        detail::empty(object, *place);
    } else {
        detail::hand_over(object, detail::ordinary_of(object, me), n, to);
        detail::settle_ordinary(object, me);
    }
}

participant_info semaphore::self() const
{
    const std::uint32_t slot = object_->my_slot();
    return detail::describe(object_->shared->record(slot), slot);
}

void semaphore::loosen(attachment& object, detail::lease& place) noexcept
{
    detail::loosen(object, place);
}

std::uint64_t semaphore::serial_of(const attachment& object) noexcept
{
    return object.serial;
}

}  // namespace signalbox::process

namespace signalbox {

permit<process::semaphore>::permit(process::semaphore& from, std::ptrdiff_t n, std::adopt_lock_t)
    : permit{&from}
{
    if (n < 0) {
        detail::refuse_permit(std::errc::invalid_argument, "cannot adopt", n, " into", count_);
    }
    if (!from.adopt(n, place_)) {
        detail::refuse_permit(std::errc::value_too_large, "cannot adopt", n, ", more than are out, into",
                              count_);
    }
    count_ = n;
}

}  // namespace signalbox
