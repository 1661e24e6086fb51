// The semaphore between processes: what users call, and its checks.
#include <signalbox/process/semaphore.hpp>

#include <string>
#include <utility>

#include "process/errors.hpp"
#include "process/inspecting.hpp"
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

// The usual case: they are free, and the thread is known. (What is free is never more than the capacity.)
bool take_fast(attachment& object, std::ptrdiff_t n) noexcept
{
    detail::lease* const me = object.known_lease();
    return n > 0 && me != nullptr && object.books.take(*me, n, detail::passage::newcomer) == verdict::done;
}

outcome take(attachment& object, std::ptrdiff_t n, detail::lease* holder, const limit& until)
{
    return is_request(object, "acquire", n) ? detail::acquire(object, {n, holder}, until) : outcome::acquired;
}

bool try_take(attachment& object, std::ptrdiff_t n, bool is_held) noexcept
{
    try {
        if (n <= 0 || n > semaphore::max()) {
            return n == 0;
        }
        return is_taken(detail::try_acquire(object, {n, is_held ? &object.my_lease() : nullptr}));
    } catch (const std::exception&) {
        return false;  // no place for one thread more, or a damaged file
    }
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
    if (take(*object_, n, nullptr, {}) == outcome::closed) {
        refuse_closed(*object_);
    }
}

outcome semaphore::acquire(std::ptrdiff_t n, const limit& until)
{
    return take(*object_, n, nullptr, until);
}

bool semaphore::try_acquire(std::ptrdiff_t n) noexcept
{
    return try_take(*object_, n, false);
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
                     "release(" + std::to_string(n) + ") with " + std::to_string(seen.free) + " free and " +
                         std::to_string(seen.held) + " held of " + std::to_string(seen.capacity) +
                         " permits would give back more than are out");
    }
    if ((before & ledger_word::queued) != 0) {
        detail::serve_queue(*object_);
    }
}

std::ptrdiff_t semaphore::available() const
{
    detail::tidy(*object_);
    return ledger_word::free_of(object_->books.now());
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
    if (object_->books.resize(capacity) != verdict::done) {
        detail::fail_corrupt(object_->name);
    }
    inside.serve();
}

void semaphore::close()
{
    const std::uint32_t slot = object_->my_slot();
    object_->books.change(ledger_word::shut, 0);
    detail::room{*object_, slot}.call_all();
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

void semaphore::hold(std::ptrdiff_t n)
{
    if (!take_fast(*object_, n) && hold(n, {}) == outcome::closed) {
        refuse_closed(*object_);
    }
}

outcome semaphore::hold(std::ptrdiff_t n, const limit& until)
{
    return take(*object_, n, &object_->my_lease(), until);
}

bool semaphore::try_hold(std::ptrdiff_t n) noexcept
{
    return take_fast(*object_, n) || try_take(*object_, n, true);
}

bool semaphore::adopt(std::ptrdiff_t n)
{
    if (n == 0) {
        return true;
    }
    const verdict answer = n > max() ? verdict::too_few : object_->books.adopt(object_->my_lease(), n);
    if (answer == verdict::corrupt) {
        detail::fail_corrupt(object_->name);
    }
    return answer == verdict::done;
}

void semaphore::give_back(attachment& object, std::ptrdiff_t n)
{
    ledger_word::type before = 0;
    if (object.books.give(object.my_lease(), n, before) == verdict::corrupt) {
        detail::fail_corrupt(object.name);
    }
    if ((before & ledger_word::queued) != 0) {
        detail::serve_queue(object);
    }
}

void semaphore::let_go(attachment& object, std::ptrdiff_t n) noexcept
{
    if (object.books.forget(object.my_lease(), n) != verdict::done) {
        return;  // a damaged file: whoever looks next says so
    }
}

std::uint64_t semaphore::serial_of(const attachment& object) noexcept
{
    return object.serial;
}

}  // namespace signalbox::process
