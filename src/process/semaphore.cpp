// The semaphore between processes: what users call, and its checks.
#include <signalbox/process/semaphore.hpp>

#include <string>
#include <utility>

#include "process/errors.hpp"
#include "process/inspecting.hpp"
#include "process/resting.hpp"
#include "process/waiting.hpp"

namespace signalbox::process {
namespace {

using detail::attachment;
using detail::ledger_word;
using detail::verdict;

std::ptrdiff_t capacity_of(const attachment& object)
{
    detail::holder_entry entry;
    if (object.books.value_of(detail::capacity_cell, entry) == verdict::corrupt) {
        detail::fail_corrupt(object.name);
    }
    return entry.value;
}

// Whether `n` permits can ever be asked for; false for none at all.
bool is_request(const attachment& object, const char* verb, std::ptrdiff_t n)
{
    if (n < 0) {
        detail::fail(std::errc::invalid_argument, object.name,
                     std::string{verb} + "(" + std::to_string(n) +
                         "): the number of permits must not be negative");
    }
    if (n > capacity_of(object)) {
        detail::fail(std::errc::invalid_argument, object.name,
                     std::string{verb} + "(" + std::to_string(n) + ") can never succeed: the capacity is " +
                         std::to_string(capacity_of(object)));
    }
    return n > 0;
}

[[noreturn]] void refuse_closed(const attachment& object)
{
    detail::fail(std::errc::operation_canceled, object.name, "is closed: nobody can acquire it any more");
}

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

outcome take(attachment& object, std::ptrdiff_t n, const limit& until)
{
    return is_request(object, "acquire", n) ? detail::acquire(object, {n, nullptr}, until) : outcome::acquired;
}

detail::ledger::picture look(const attachment& object)
{
    const auto seen = object.books.look();
    if (seen.result != verdict::done) {
        detail::fail_corrupt(object.name);
    }
    return seen;
}

}  // namespace

semaphore::semaphore(semaphore&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}

semaphore& semaphore::operator=(semaphore&& other) noexcept
{
    semaphore taken{std::move(other)};
    std::swap(object_, taken.object_);
    return *this;
}

semaphore::~semaphore()
{
    if (object_ != nullptr) {
        object_->drop_handle();
    }
}

void semaphore::acquire(std::ptrdiff_t n)
{
    if (n > 0 && object_->books.take(n, detail::passage::newcomer) == verdict::done) {
        return;
    }
    if (take(*object_, n, {}) == outcome::closed) {
        refuse_closed(*object_);
    }
}

outcome semaphore::acquire(std::ptrdiff_t n, const limit& until)
{
    return take(*object_, n, until);
}

bool semaphore::try_acquire(std::ptrdiff_t n) noexcept
{
    try {
        return n == 0 || (n > 0 && n <= max() && is_taken(detail::try_acquire(*object_, {n, nullptr})));
    } catch (const std::exception&) {
        return false;  // a damaged file
    }
}

void semaphore::release(std::ptrdiff_t n)
{
    if (n <= 0) {
        if (n < 0) {
            is_request(*object_, "release", n);
        }
        return;
    }
    ledger_word::type before = 0;
    const verdict answer = n > max() ? verdict::too_few : object_->books.give(n, before);
    if (answer == verdict::corrupt) {
        detail::fail_corrupt(object_->name);
    }
    if (answer == verdict::too_few) {
        const auto seen = look(*object_);
        detail::fail(std::errc::value_too_large, object_->name,
                     "release(" + std::to_string(n) + ") with " + std::to_string(seen.free + seen.resting) +
                         " free and " + std::to_string(seen.held - seen.resting) + " held of " + std::to_string(seen.capacity) +
                         " permits would give back more than are out");
    }
    if ((before & ledger_word::queued) != 0) {
        detail::serve_queue(*object_);
    }
}

std::ptrdiff_t semaphore::available() const
{
    detail::tidy(*object_);
    const auto seen = look(*object_);
    return seen.free + seen.resting;
}

std::ptrdiff_t semaphore::waiters() const
{
    detail::tidy(*object_);
    return detail::count_waiters(*object_);
}

std::ptrdiff_t semaphore::capacity() const
{
    return capacity_of(*object_);
}

std::vector<holder_info> semaphore::holders() const
{
    detail::tidy(*object_);
    return detail::list_holders(*object_);
}

std::vector<waiter_info> semaphore::waiting() const
{
    detail::tidy(*object_);
    return detail::list_waiters(*object_);
}

std::ptrdiff_t semaphore::out() const
{
    detail::tidy(*object_);
    const auto seen = look(*object_);
    return seen.capacity - seen.free - seen.held;
}

void semaphore::resize(std::ptrdiff_t capacity)
{
    if (capacity < 0 || capacity > max()) {
        detail::fail(std::errc::invalid_argument, object_->name,
                     "resize(" + std::to_string(capacity) + "): it must be 0 to " + std::to_string(max()));
    }
    detail::room inside{*object_, object_->my_slot()};
    inside.gather();  // a debt is paid with what rests, too
    if (object_->books.resize(capacity) != verdict::done) {
        detail::fail_corrupt(object_->name);
    }
    inside.serve();
}

void semaphore::close()
{
    const std::uint32_t slot = object_->my_slot();
    object_->books.change(ledger_word::shut, 0);
    detail::room inside{*object_, slot};
    inside.gather();
    inside.call_all();
}

bool semaphore::is_closed() const noexcept
{
    return object_->books.is_shut();
}

const std::string& semaphore::name() const noexcept
{
    return object_->name;
}

int semaphore::native_handle() const noexcept
{
    return object_->file;
}

detail::lease* semaphore::hold(std::ptrdiff_t n)
{
    detail::lease* place = nullptr;
    if (!take_fast(*object_, n, place) && hold(n, {}, place) == outcome::closed) {
        refuse_closed(*object_);
    }
    return place;
}

outcome semaphore::hold(std::ptrdiff_t n, const limit& until, detail::lease*& place)
{
    if (!is_request(*object_, "acquire", n)) {
        return outcome::acquired;
    }
    detail::claim mine{*object_, object_->my_lease()};
    const outcome ended = detail::acquire(*object_, {n, &mine.holder()}, until);
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
    if ((before & ledger_word::queued) != 0) {
        detail::serve_queue(object);
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

void semaphore::loosen(attachment& object, detail::lease& place) noexcept
{
    detail::loosen(object, place);
}

std::uint64_t semaphore::serial_of(const attachment& object) noexcept
{
    return object.serial;
}

}  // namespace signalbox::process
